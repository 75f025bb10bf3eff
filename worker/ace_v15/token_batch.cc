#include "worker/ace_v15/token_batch.h"

#include "worker/nn/config_json.h"

#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace musicfleet::ace_v15 {

Result<Tokenization> Tokenization::load(const std::filesystem::path& folder) {
  BpeTokenizer tokenizer = MF_TRY(BpeTokenizer::load(folder / "tokenizer.json"));
  nn::ConfigJson config = MF_TRY(nn::ConfigJson::read(folder / "tokenizer_config.json"));
  // transformers writes a token as its text or as an object around it.
  const std::string pad =
      config.text_or(config.has("pad_token.content") ? "pad_token.content" : "pad_token", "");
  MF_CHECK(config.finish());
  const std::optional<std::int64_t> pad_id = tokenizer.id_of(pad);
  if (!pad_id)
    return fail(ErrorCode::kCorrupt, folder.string(), ": the pad_token '", pad,
                "' of tokenizer_config.json is not in tokenizer.json");
  return Tokenization(std::move(tokenizer), *pad_id);
}

Result<TokenBatch> Tokenization::operator()(const std::vector<std::string>& texts, std::size_t most) const {
  std::vector<Encoding> encodings;
  std::size_t longest = 0;
  for (const std::string& text : texts) {
    encodings.push_back(MF_TRY(tokenizer_.encode(text, most)));
    longest = std::max(longest, encodings.back().ids.size());
  }
  const auto rows = static_cast<std::int64_t>(texts.size()), columns = static_cast<std::int64_t>(longest);
  TokenBatch batch{at::full({rows, columns}, pad_id_, at::kLong), at::zeros({rows, columns}, at::kBool), {}};
  for (std::size_t row = 0; row < encodings.size(); ++row) {
    const Encoding& encoding = encodings[row];
    std::copy(encoding.ids.begin(), encoding.ids.end(),
              batch.ids.mutable_data_ptr<std::int64_t>() + row * longest);
    std::fill_n(batch.mask.mutable_data_ptr<bool>() + row * longest, encoding.ids.size(), true);
    batch.cut.push_back(encoding.truncated);
  }
  return batch;
}

}  // namespace musicfleet::ace_v15
