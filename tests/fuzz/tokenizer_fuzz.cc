// libFuzzer: the reader of tokenizer.json and the tokenizers that it makes. An even first byte: the rest is a
// tokenizer.json; what is accepted must encode a text. An odd one: the rest is a text for a sound tokenizer;
// a limit must cut its ids and change nothing else.
#include "tests/worker/text/small_tokenizer.h"
#include "worker/text/bpe_tokenizer.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

using musicfleet::BpeTokenizer;
using nlohmann::json;

constexpr std::string_view kText = "I'LL sing  <x> caf\u0065\u0301 808\n\n\u3000\u6e29";
constexpr std::size_t kNoLimit = 1 << 20;

// A document that uses every part of the format.
json sound_document() {
  json document =
      musicfleet::testing::small_tokenizer({{"a", "b"}, {"\u0120", "s"}, {"i", "n"}, {"in", "g"}});
  document["normalizer"] = {{"type", "NFC"}};
  const json split = {{"type", "Split"},
                      {"pattern", {{"Regex", R"((?i:'s|'ll)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|\s+(?!\S)|\s+)"}}},
                      {"behavior", "Isolated"},
                      {"invert", false}};
  document["pre_tokenizer"] = {{"type", "Sequence"},
                               {"pretokenizers", json::array({split, document["pre_tokenizer"]})}};
  document["added_tokens"] = json::array({musicfleet::testing::added_token("<x>", 300)});
  const json text = {{"Sequence", {{"id", "A"}}}}, end = {{"SpecialToken", {{"id", "<x>"}}}};
  document["post_processor"] = {{"type", "TemplateProcessing"},
                                {"single", json::array({text, end})},
                                {"special_tokens", {{"<x>", {{"ids", json::array({300})}}}}}};
  return document;
}

void read_document(std::string_view document) {
  if (const auto tokenizer = BpeTokenizer::parse(document)) (void)tokenizer->encode(kText, kNoLimit);
}

void encode_text(const BpeTokenizer& tokenizer, std::string_view text) {
  const auto whole = tokenizer.encode_content(text, kNoLimit);
  if (!whole) return;
  const std::size_t limit = whole->ids.size() / 2;
  const auto cut = tokenizer.encode_content(text, limit);
  if (!cut || cut->ids.size() != limit || cut->truncated != (whole->ids.size() > limit) ||
      !std::equal(cut->ids.begin(), cut->ids.end(), whole->ids.begin()))
    std::abort();
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  static const std::string kSeed = '\0' + sound_document().dump();
  if (seed % 16 == 0 && kSeed.size() <= max_size) {
    std::memcpy(data, kSeed.data(), kSeed.size());
    size = kSeed.size();
  }
  return LLVMFuzzerMutate(data, size, max_size);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto kTokenizer = BpeTokenizer::parse(sound_document().dump());
  if (!kTokenizer) std::abort();
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data + 1), size - 1);
  if (data[0] % 2 == 0)
    read_document(rest);
  else
    encode_text(*kTokenizer, rest);
  return 0;
}
