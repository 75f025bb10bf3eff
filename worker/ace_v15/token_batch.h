// Texts as the padded id tensors that the text encoder reads. Immutable, any thread.
#pragma once

#include "common/result.h"
#include "worker/text/bpe_tokenizer.h"

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>
#include <vector>

namespace musicfleet::ace_v15 {

struct TokenBatch {
  at::Tensor ids;  // int64 [batch, longest], padded on the right
  at::Tensor
      mask;  // bool [batch, longest], true for the tokens of the text and those that the tokenizer appends
  std::vector<bool> cut;  // a text had more tokens than allowed
};

class Tokenization {
 public:
  // Reads tokenizer.json and the padding token of tokenizer_config.json from `folder`.
  static Result<Tokenization> load(const std::filesystem::path& folder);

  // At most `most` tokens a text, those that the tokenizer appends included. Errors: kInvalidArgument for a
  // text that is not UTF-8.
  Result<TokenBatch> operator()(const std::vector<std::string>& texts, std::size_t most) const;

  const BpeTokenizer& tokenizer() const { return tokenizer_; }

 private:
  Tokenization(BpeTokenizer tokenizer, std::int64_t pad_id)
      : tokenizer_(std::move(tokenizer)), pad_id_(pad_id) {}

  BpeTokenizer tokenizer_;
  std::int64_t pad_id_;
};

}  // namespace musicfleet::ace_v15
