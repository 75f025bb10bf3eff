// The reader of Hugging Face's tokenizer.json (huggingface/tokenizers, format "1.0"): turns the file into the
// parts of a byte-level BPE tokenizer. What it does not understand it refuses, because ids that are almost
// right make a song that is wrong. `truncation`, `padding` and `decoder` are not read: limits are the
// caller's, and nothing is decoded. Any thread.
#pragma once

#include "common/result.h"
#include "worker/text/added_tokens.h"
#include "worker/text/bpe.h"
#include "worker/text/pre_tokenizer.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace musicfleet {

struct TokenizerParts {
  Bpe bpe;
  PreTokenizer pre_tokenizer;
  bool normalize_to_nfc;
  AddedTokens raw_tokens;         // found in the text as it came
  AddedTokens normalized_tokens;  // found after normalisation ("normalized": true)
  std::unordered_map<std::string, std::int64_t, StringHash, std::equal_to<>> added_ids;
  std::vector<std::int64_t> prefix, suffix;  // what the post-processor puts around the content
};

// Errors are kCorrupt or kInvalidArgument and name the place in the document, not the file.
Result<TokenizerParts> read_tokenizer_json(std::string_view text);

}  // namespace musicfleet
