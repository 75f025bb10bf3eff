// A byte-level BPE tokenizer as a checkpoint's tokenizer.json describes it: text in, token ids out, the same
// ids as the reference (huggingface/tokenizers). Knows nothing of prompts and of padding. Immutable, any
// thread.
#pragma once

#include "common/result.h"
#include "worker/text/tokenizer_json.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace musicfleet {

struct Encoding {
  std::vector<std::int64_t> ids;
  bool truncated = false;  // the text had more tokens than were allowed
};

class BpeTokenizer {
 public:
  // Reads tokenizer.json; an error names the file and the place in it.
  static Result<BpeTokenizer> load(const std::filesystem::path& tokenizer_json);
  // The same from the file's text.
  static Result<BpeTokenizer> parse(std::string_view tokenizer_json);

  // The ids of well-formed UTF-8 text with the tokens that the file's post-processor puts around it, at most
  // `max_tokens` altogether: what is cut is the end of the text, never those tokens. kInvalidArgument: text
  // that is not UTF-8, or a limit without room for those tokens.
  Result<Encoding> encode(std::string_view utf8, std::size_t max_tokens) const;

  // The ids of the text alone, at most `max_tokens`.
  Result<Encoding> encode_content(std::string_view utf8, std::size_t max_tokens) const;

  // The id of a token by its spelling: an added token ("<|endoftext|>") or one of the vocabulary ("Ġthe").
  std::optional<std::int64_t> id_of(std::string_view token) const;

 private:
  explicit BpeTokenizer(TokenizerParts parts) : parts_(std::move(parts)) {}
  Result<> encode_text(std::string_view text, std::size_t max_tokens, std::vector<std::int64_t>& ids) const;

  TokenizerParts parts_;
};

}  // namespace musicfleet
