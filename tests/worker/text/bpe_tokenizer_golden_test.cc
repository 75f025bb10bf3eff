// The ids of the reference tokenizer (huggingface/tokenizers) on every string of the golden data.
#include "worker/text/bpe_tokenizer.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

namespace musicfleet {
namespace {

using nlohmann::json;

const std::filesystem::path kGolden = "tests/data/acestep/v15/golden";

json read_json(const std::filesystem::path& path) { return json::parse(std::ifstream(path)); }

class GoldenTokenizer : public ::testing::Test {
 protected:
  GoldenTokenizer() : tokenizer_(BpeTokenizer::load(kGolden / "ckpt_turbo/tokenizer/tokenizer.json")) {
    if (!tokenizer_) throw std::runtime_error(tokenizer_.error().message);
  }

  Result<BpeTokenizer> tokenizer_;
};

TEST_F(GoldenTokenizer, GivesTheReferenceIdsOnEveryCase) {
  const json cases = read_json(kGolden / "tokenizer_cases.json");
  ASSERT_GE(cases.size(), 50u);
  for (const json& one : cases) {
    const auto text = one.at("text").get<std::string>();
    const Result<Encoding> encoding = tokenizer_->encode(text, 100'000);
    ASSERT_TRUE(encoding) << text << ": " << encoding.error().message;
    EXPECT_EQ(encoding->ids, one.at("ids").get<std::vector<std::int64_t>>()) << text;
    EXPECT_FALSE(encoding->truncated) << text;
    EXPECT_EQ(tokenizer_->encode_content(text, 100'000)->ids,
              one.at("ids_no_special").get<std::vector<std::int64_t>>())
        << text;
  }
}

TEST_F(GoldenTokenizer, GivesTheReferenceIdsOfPromptsCutAtTheirLimits) {
  const json prompts = read_json(kGolden / "prompts.json");
  const auto max_text = prompts.at("max_text_length").get<std::size_t>();
  const auto max_lyric = prompts.at("max_lyric_length").get<std::size_t>();
  int truncated = 0;
  for (const json& one : prompts.at("cases")) {
    const auto text = tokenizer_->encode(one.at("text").get<std::string>(), max_text);
    const auto lyric = tokenizer_->encode(one.at("lyric").get<std::string>(), max_lyric);
    ASSERT_TRUE(text && lyric);
    EXPECT_EQ(text->ids, one.at("text_ids").get<std::vector<std::int64_t>>());
    EXPECT_EQ(lyric->ids, one.at("lyric_ids").get<std::vector<std::int64_t>>());
    truncated += text->truncated && lyric->truncated;
  }
  EXPECT_EQ(truncated, 1);
}

TEST_F(GoldenTokenizer, FindsIdsByName) {
  EXPECT_EQ(tokenizer_->id_of("<|endoftext|>"), 874);
  EXPECT_EQ(tokenizer_->id_of("!"), 0);
  EXPECT_EQ(tokenizer_->id_of("<|no such token|>"), std::nullopt);
}

}  // namespace
}  // namespace musicfleet
