// Tokens that stand in the text as they are, like "<|endoftext|>": finds them, wherever they occur, before
// anything else looks at the text. Immutable once filled, any thread.
#pragma once

#include "worker/text/string_hash.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace musicfleet {

class AddedTokens {
 public:
  // A stretch of ordinary text, or one token.
  struct Segment {
    std::string_view text;
    std::optional<std::int64_t> id;
  };

  // `content` is not empty. A second token with the same content replaces the first.
  void add(std::string content, std::int64_t id);

  // Cuts the text at every token; where several begin at one place, the longest wins. No segment is empty.
  std::vector<Segment> split(std::string_view text) const;

 private:
  // The token that begins at the start of `text`, if any.
  std::optional<Segment> token_at_start(std::string_view text) const;

  std::unordered_map<std::string, std::int64_t, StringHash, std::equal_to<>> ids_;
  std::set<std::size_t, std::greater<>> lengths_;  // of the tokens, longest first
  std::string first_bytes_;                        // each byte that a token begins with, once
};

}  // namespace musicfleet
