// What tokenizer.json may not be: each broken file is refused with the place and the reason.
#include "tests/worker/text/small_tokenizer.h"
#include "worker/text/bpe_tokenizer.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <functional>

namespace musicfleet {
namespace {

using nlohmann::json;
using testing::added_token;
using ::testing::HasSubstr;
using testing::small_tokenizer;

struct BadDocument {
  std::string name;
  std::function<void(json&)> spoil;
  std::string complaint;
};

void PrintTo(const BadDocument& bad, std::ostream* out) { *out << bad.name; }

json template_processing(json single, json ids) {
  return {{"type", "TemplateProcessing"},
          {"single", std::move(single)},
          {"special_tokens", {{"<e>", {{"ids", std::move(ids)}}}}}};
}

const json kText = {{"Sequence", {{"id", "A"}}}};
const json kEnd = {{"SpecialToken", {{"id", "<e>"}}}};
const json kByteLevel = {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}};

json split(const std::string& pattern) {
  return {{"type", "Split"}, {"pattern", {{"Regex", pattern}}}, {"behavior", "Isolated"}, {"invert", false}};
}
json sequence(json steps) { return {{"type", "Sequence"}, {"pretokenizers", std::move(steps)}}; }

const BadDocument kBadDocuments[] = {
    {"Array", [](json& d) { d = json::array(); }, "the document must be an object, not array"},
    {"Version", [](json& d) { d["version"] = "2.0"; }, "version is not 1.0"},
    {"NoModel", [](json& d) { d.erase("model"); }, "has no \"model\""},
    {"NullModel", [](json& d) { d["model"] = nullptr; }, "model must be an object, not null"},
    {"Unigram", [](json& d) { d["model"]["type"] = "Unigram"; }, "model is of type Unigram"},
    {"NoVocab", [](json& d) { d["model"].erase("vocab"); }, "model has no \"vocab\""},
    {"VocabList", [](json& d) { d["model"]["vocab"] = json::array(); }, "model.vocab must be an object"},
    {"NegativeId", [](json& d) { d["model"]["vocab"]["a"] = -1; }, "model.vocab.a must be an id from 0"},
    {"HugeId", [](json& d) { d["model"]["vocab"]["a"] = 1ull << 31; }, "not 2147483648"},
    {"FractionalId", [](json& d) { d["model"]["vocab"]["a"] = 1.5; }, "not 1.5"},
    {"SharedId", [](json& d) { d["model"]["vocab"]["a"] = 98; }, "has the id 98, which another token has"},
    {"MissingByte", [](json& d) { d["model"]["vocab"].erase("a"); }, "no token \"a\" for byte 97"},
    {"NoMerges", [](json& d) { d["model"].erase("merges"); }, "model has no \"merges\""},
    {"EmptyMerges", [](json& d) { d["model"]["merges"] = json::array(); }, "model has no merges"},
    {"MergeOfThree",
     [](json& d) {
       d["model"]["merges"][0] = {"a", "b", "c"};
     },
     "model.merges[0] must be a pair"},
    {"MergeOfOneWord", [](json& d) { d["model"]["merges"][0] = "ab"; }, "model.merges[0] must be two tokens"},
    {"MergeOfThreeWords", [](json& d) { d["model"]["merges"][0] = "a b c"; },
     "model.merges[0] must be two tokens"},
    {"MergeOfANumber", [](json& d) { d["model"]["merges"][0] = 7; }, "model.merges[0] must be an array"},
    {"MergeOfUnknown",
     [](json& d) {
       d["model"]["merges"][0] = {"qq", "b"};
     },
     "merges[0] names \"qq\""},
    {"MergeIntoUnknown",
     [](json& d) {
       d["model"]["merges"][0] = {"a", "c"};
     },
     "merges[0] names \"ac\""},
    {"ByteFallback", [](json& d) { d["model"]["byte_fallback"] = true; }, "byte_fallback"},
    {"Dropout", [](json& d) { d["model"]["dropout"] = 0.1; }, "model.dropout is not supported"},
    {"Suffix", [](json& d) { d["model"]["end_of_word_suffix"] = "</w>"; }, "model.end_of_word_suffix is not"},
    {"IgnoreMergesText", [](json& d) { d["model"]["ignore_merges"] = "no"; },
     "model.ignore_merges must be true or"},
    {"OtherNormalizer",
     [](json& d) {
       d["normalizer"] = {{"type", "Lowercase"}};
     },
     "normalizer is of type Lowercase"},
    {"NormalizerText", [](json& d) { d["normalizer"] = "NFC"; }, "normalizer must be an object, not string"},
    {"NoPreTokenizer", [](json& d) { d["pre_tokenizer"] = nullptr; }, "no ByteLevel"},
    {"OtherPreTokenizer",
     [](json& d) {
       d["pre_tokenizer"] = {{"type", "Metaspace"}};
     },
     "of type Metaspace"},
    {"ByteLevelFirst",
     [](json& d) {
       d["pre_tokenizer"] = sequence(json::array({kByteLevel, split("a")}));
     },
     "pre_tokenizer.pretokenizers[0] must be the last"},
    {"BadRegex",
     [](json& d) {
       d["pre_tokenizer"] = sequence(json::array({split("(a"), kByteLevel}));
     },
     "pre_tokenizer.pretokenizers[0].pattern is refused: bad regular expression"},
    {"RemovedSplit",
     [](json& d) {
       d["pre_tokenizer"] = sequence(json::array({split("a"), kByteLevel}));
       d["pre_tokenizer"]["pretokenizers"][0]["behavior"] = "Removed";
     },
     "only Isolated is supported"},
    {"InvertedSplit",
     [](json& d) {
       d["pre_tokenizer"] = sequence(json::array({split("a"), kByteLevel}));
       d["pre_tokenizer"]["pretokenizers"][0]["invert"] = true;
     },
     "is inverted"},
    {"DeepSequence",
     [](json& d) {
       for (int i = 0; i < 20; ++i) d["pre_tokenizer"] = sequence(json::array({d["pre_tokenizer"]}));
     },
     "nested too deeply"},
    {"StrippingToken",
     [](json& d) {
       d["added_tokens"] = json::array({added_token("<x>", 300)});
       d["added_tokens"][0]["lstrip"] = true;
     },
     "added_tokens[0] has lstrip"},
    {"EmptyToken", [](json& d) { d["added_tokens"] = json::array({added_token("", 300)}); },
     "added_tokens[0] has an empty content"},
    {"TokensShareAnId",
     [](json& d) {
       d["added_tokens"] = json::array({added_token("x1", 300), added_token("x2", 300)});
     },
     "added_tokens[1] has the id 300 of another"},
    {"TokenListedTwice",
     [](json& d) {
       d["added_tokens"] = json::array({added_token("x1", 300), added_token("x1", 301)});
     },
     "added_tokens[1] is listed twice"},
    {"TokenContradictsVocab", [](json& d) { d["added_tokens"] = json::array({added_token("ab", 300)}); },
     "has the id 300 where vocab says 256"},
    {"TokenTakesVocabId", [](json& d) { d["added_tokens"] = json::array({added_token("<x>", 256)}); },
     "has the id 256, which vocab gives to another token"},
    {"OtherPostProcessor",
     [](json& d) {
       d["post_processor"] = {{"type", "BertProcessing"}};
     },
     "post_processor is of type BertProcessing"},
    {"TemplateWithoutText",
     [](json& d) { d["post_processor"] = template_processing(json::array({kEnd}), json::array({97})); },
     "post_processor.single does not hold the sequence A"},
    {"TemplateWithTextTwice",
     [](json& d) {
       d["post_processor"] = template_processing(json::array({kText, kText}), json::array({97}));
     },
     "must hold the sequence A once"},
    {"TemplateOfUnknownToken",
     [](json& d) {
       d["post_processor"] = template_processing(json::array({kText, kEnd}), json::array({97}));
       d["post_processor"]["special_tokens"] = json::object();
     },
     "special_tokens has no \"<e>\""},
    {"TemplateOfUnknownId",
     [](json& d) {
       d["post_processor"] = template_processing(json::array({kText, kEnd}), json::array({999}));
     },
     "post_processor names the unknown id 999"},
};

class BadTokenizerJson : public ::testing::TestWithParam<BadDocument> {};

TEST_P(BadTokenizerJson, IsRefusedWithPlaceAndReason) {
  json document = small_tokenizer({{"a", "b"}});
  ASSERT_TRUE(BpeTokenizer::parse(document.dump()));
  GetParam().spoil(document);
  const auto tokenizer = BpeTokenizer::parse(document.dump());
  ASSERT_FALSE(tokenizer);
  EXPECT_THAT(tokenizer.error().message, HasSubstr(GetParam().complaint));
}

INSTANTIATE_TEST_SUITE_P(Table, BadTokenizerJson, ::testing::ValuesIn(kBadDocuments),
                         [](const auto& param) { return param.param.name; });

TEST(TokenizerJson, AcceptsMergesAsStringsAndEmptyAffixes) {
  json document = small_tokenizer({{"a", "b"}});
  document["model"]["merges"][0] = "a b";
  document["model"]["continuing_subword_prefix"] = "";
  document["model"]["end_of_word_suffix"] = "";
  document["post_processor"] = nullptr;
  const auto tokenizer = BpeTokenizer::parse(document.dump());
  ASSERT_TRUE(tokenizer) << tokenizer.error().message;
  EXPECT_EQ(tokenizer->encode("ab", 10)->ids, std::vector<std::int64_t>{256});
}

TEST(TokenizerJson, NamesTheFileThatIsMissingEmptyOrNotJson) {
  const std::filesystem::path path = std::filesystem::path(::testing::TempDir()) / "broken_tokenizer.json";
  std::filesystem::remove(path);
  EXPECT_THAT(BpeTokenizer::load(path).error().message, HasSubstr("broken_tokenizer.json: cannot be opened"));
  std::ofstream(path) << "";
  EXPECT_THAT(BpeTokenizer::load(path).error().message, HasSubstr("broken_tokenizer.json: cannot be read"));
  std::ofstream(path) << "{\"model\":";
  EXPECT_THAT(BpeTokenizer::load(path).error().message,
              HasSubstr("broken_tokenizer.json: the document is not well-formed JSON"));
  EXPECT_THAT(BpeTokenizer::load(::testing::TempDir()).error().message, HasSubstr("cannot be read"));
}

}  // namespace
}  // namespace musicfleet
