// Cuts normalised text into the pieces that byte-pair merges never cross: a chain of split patterns, then the
// options of tokenizer.json's ByteLevel. Immutable, any thread.
#pragma once

#include "common/result.h"
#include "worker/text/split_pattern.h"

#include <string>
#include <string_view>
#include <vector>

namespace musicfleet {

class PreTokenizer {
 public:
  // ByteLevel's own pattern, which GPT-2 introduced (openai/gpt-2, encoder.py).
  static constexpr std::string_view kByteLevelPattern =
      R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

  // `splits` are applied one after the other, each to every piece of the one before. Then a piece without a
  // leading space gets one if `add_prefix_space`, and `byte_level_splits` cut it further.
  PreTokenizer(std::vector<SplitPattern> splits, bool add_prefix_space,
               std::vector<SplitPattern> byte_level_splits)
      : splits_(std::move(splits)),
        add_prefix_space_(add_prefix_space),
        byte_level_splits_(std::move(byte_level_splits)) {}

  // The pieces of well-formed UTF-8 text, in order.
  Result<std::vector<std::string>> split(std::string_view text) const;

 private:
  std::vector<SplitPattern> splits_;
  bool add_prefix_space_;
  std::vector<SplitPattern> byte_level_splits_;
};

}  // namespace musicfleet
