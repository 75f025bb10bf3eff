#include "worker/text/bpe_tokenizer.h"

#include "tests/worker/text/small_tokenizer.h"

#include <gmock/gmock.h>

namespace musicfleet {
namespace {

using nlohmann::json;
using testing::added_token;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::small_tokenizer;

BpeTokenizer tokenizer_of(const json& document) {
  auto tokenizer = BpeTokenizer::parse(document.dump());
  if (!tokenizer) throw std::runtime_error(tokenizer.error().message);
  return *std::move(tokenizer);
}

std::vector<std::int64_t> ids_of(const json& document, std::string_view text) {
  return tokenizer_of(document).encode(text, 1000)->ids;
}

json with_template(json document, json single) {
  document["added_tokens"] = json::array({added_token("<s>", 300), added_token("</s>", 301)});
  document["post_processor"] = {{"type", "TemplateProcessing"},
                                {"single", std::move(single)},
                                {"special_tokens",
                                 {{"<s>", {{"id", "<s>"}, {"ids", json::array({300})}}},
                                  {"</s>", {{"id", "</s>"}, {"ids", json::array({301})}}}}}};
  return document;
}

const json kText = {{"Sequence", {{"id", "A"}, {"type_id", 0}}}};
const json kBegin = {{"SpecialToken", {{"id", "<s>"}, {"type_id", 0}}}};
const json kEnd = {{"SpecialToken", {{"id", "</s>"}, {"type_id", 0}}}};

TEST(BpeTokenizer, LongestAddedTokenWinsWhereverItStands) {
  json document = small_tokenizer({{"a", "b"}});
  document["added_tokens"] = json::array({added_token("<x>", 300), added_token("<x>y", 301)});
  EXPECT_THAT(ids_of(document, "a<x>y<x>b<"), ElementsAre('a', 301, 300, 'b', '<'));
}

TEST(BpeTokenizer, NoMergeCrossesAnAddedToken) {
  json document = small_tokenizer({{"a", "b"}});
  document["added_tokens"] = json::array({added_token("<|>", 300)});
  EXPECT_THAT(ids_of(document, "a<|>bab"), ElementsAre('a', 300, 'b', 256));
}

TEST(BpeTokenizer, RawAddedTokensAreFoundBeforeNormalisationAndOthersAfterIt) {
  json document = small_tokenizer({{"a", "b"}});
  document["normalizer"] = {{"type", "Sequence"}, {"normalizers", json::array({{{"type", "NFC"}}})}};
  document["added_tokens"] = json::array({added_token("\u1ea5", 300)});
  // a, U+0302, U+0301 compose to U+1EA5 (bytes E1 BA A5).
  EXPECT_THAT(ids_of(document, "\u1ea5a\u0302\u0301"), ElementsAre(300, 0xE1, 0xBA, 0xA5));
  document["added_tokens"][0]["normalized"] = true;
  EXPECT_THAT(ids_of(document, "\u1ea5a\u0302\u0301"), ElementsAre(300, 300));
}

TEST(BpeTokenizer, WithoutNormalizerTextStaysAsItIs) {
  EXPECT_THAT(ids_of(small_tokenizer({{"a", "b"}}), "e\u0301"), ElementsAre('e', 0xCC, 0x81));
}

TEST(BpeTokenizer, PrefixSpaceIsAddedWhereThereIsNone) {
  json document = small_tokenizer({{"\u0120", "a"}});
  document["pre_tokenizer"]["add_prefix_space"] = true;
  EXPECT_THAT(ids_of(document, "a"), ElementsAre(256));
  EXPECT_THAT(ids_of(document, " a"), ElementsAre(256));
  EXPECT_THAT(ids_of(document, ""), IsEmpty());
}

TEST(BpeTokenizer, ByteLevelRegexKeepsWordsApart) {
  json document = small_tokenizer({{"a", "\u0120"}, {"\u0120", "b"}});
  EXPECT_THAT(ids_of(document, "a b"), ElementsAre(256, 'b'));
  document["pre_tokenizer"]["use_regex"] = true;
  EXPECT_THAT(ids_of(document, "a b"), ElementsAre('a', 257));
}

TEST(BpeTokenizer, TemplateSurroundsTheText) {
  const json document = with_template(small_tokenizer({{"a", "b"}}), json::array({kBegin, kText, kEnd}));
  EXPECT_THAT(ids_of(document, "ab"), ElementsAre(300, 256, 301));
  EXPECT_THAT(ids_of(document, ""), ElementsAre(300, 301));
}

TEST(BpeTokenizer, TruncationCutsTheTextAndKeepsTheTemplate) {
  const BpeTokenizer tokenizer =
      tokenizer_of(with_template(small_tokenizer({{"a", "b"}}), json::array({kBegin, kText, kEnd})));
  const auto whole = tokenizer.encode("abc", 4);
  EXPECT_THAT(whole->ids, ElementsAre(300, 256, 'c', 301));
  EXPECT_FALSE(whole->truncated);
  const auto cut = tokenizer.encode("abc", 3);
  EXPECT_THAT(cut->ids, ElementsAre(300, 256, 301));
  EXPECT_TRUE(cut->truncated);
  EXPECT_THAT(tokenizer.encode("abc", 2)->ids, ElementsAre(300, 301));
}

TEST(BpeTokenizer, RefusesALimitWithoutRoomForTheTemplate) {
  const auto encoding =
      tokenizer_of(with_template(small_tokenizer({{"a", "b"}}), json::array({kText, kEnd}))).encode("a", 0);
  ASSERT_FALSE(encoding);
  EXPECT_EQ(encoding.error().code, ErrorCode::kInvalidArgument);
}

TEST(BpeTokenizer, RefusesTextThatIsNotUtf8) {
  for (const std::string_view text : {"\xFF", "a\xC3", "\xED\xA0\x80", "\xC0\xAF"}) {
    const auto encoding = tokenizer_of(small_tokenizer({{"a", "b"}})).encode(text, 100);
    ASSERT_FALSE(encoding);
    EXPECT_EQ(encoding.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(encoding.error().message, HasSubstr("UTF-8"));
  }
}

TEST(BpeTokenizer, TokenizesZeroBytes) {
  EXPECT_THAT(ids_of(small_tokenizer({{"a", "b"}}), std::string_view("a\0b", 3)), ElementsAre('a', 0, 'b'));
}

}  // namespace
}  // namespace musicfleet
