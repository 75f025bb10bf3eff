// Byte-pair encoding of one piece of text: starts from its bytes and keeps joining the adjacent pair whose
// merge was learnt first. Knows ids and merges; what a piece is, is decided elsewhere. Immutable once built,
// any thread.
#pragma once

#include "common/result.h"
#include "worker/text/string_hash.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace musicfleet {

class Bpe {
 public:
  // Tokens in the spelling of the byte alphabet.
  using Vocabulary = std::unordered_map<std::string, std::int32_t, StringHash, std::equal_to<>>;
  using Merges = std::vector<std::pair<std::string, std::string>>;

  // `merges` are in the order of their rank. With `ignore_merges` a piece that is a token as a whole becomes
  // that token even where merges would not lead to it. Errors: a byte without a token, a merge whose parts or
  // result are not in the vocabulary.
  static Result<Bpe> build(Vocabulary vocabulary, const Merges& merges, bool ignore_merges);

  // Appends the ids of `piece`, in O(n log n).
  void encode(std::string_view piece, std::vector<std::int64_t>& ids) const;

  std::optional<std::int32_t> id_of(std::string_view spelled_token) const;

  bool has_id(std::int64_t id) const;

 private:
  struct Merge {
    std::uint32_t rank;
    std::int32_t id;
  };

  Bpe() = default;
  const Merge* merge_of(std::int32_t left, std::int32_t right) const;

  Vocabulary vocabulary_;
  std::vector<std::int32_t> ids_;  // of the vocabulary, sorted
  std::array<std::string, 256> alphabet_;
  std::array<std::int32_t, 256> byte_ids_{};
  std::unordered_map<std::uint64_t, Merge> merges_;  // by the two ids
  bool ignore_merges_ = false;
};

}  // namespace musicfleet
