#include "worker/text/bpe.h"

#include "worker/text/byte_alphabet.h"

#include <gmock/gmock.h>

namespace musicfleet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The bytes have their values as ids, the result of the nth merge has the id 256 + n.
Result<Bpe> bpe_of(const Bpe::Merges& merges, bool ignore_merges = false) {
  Bpe::Vocabulary vocabulary;
  for (const std::string& character : make_byte_alphabet())
    vocabulary.emplace(character, static_cast<std::int32_t>(vocabulary.size()));
  for (const auto& [left, right] : merges)
    vocabulary.emplace(left + right, static_cast<std::int32_t>(vocabulary.size()));
  return Bpe::build(std::move(vocabulary), merges, ignore_merges);
}

std::vector<std::int64_t> encode(const Bpe& bpe, std::string_view piece) {
  std::vector<std::int64_t> ids;
  bpe.encode(piece, ids);
  return ids;
}

TEST(ByteAlphabet, SpellsPrintableBytesAsThemselvesAndTheOthersFromU0100On) {
  const auto alphabet = make_byte_alphabet();
  EXPECT_EQ(alphabet['a'], "a");
  EXPECT_EQ(alphabet[0x00], "\u0100");
  EXPECT_EQ(alphabet[' '], "\u0120");
  EXPECT_EQ(alphabet[0xAD], "\u0143");
  EXPECT_EQ(alphabet[0xFF], "\u00ff");
  EXPECT_EQ(spell(alphabet, " a\n"), "\u0120a\u010a");
}

TEST(Bpe, JoinsTheEarliestMergeFirst) {
  const Bpe bpe = *bpe_of({{"b", "c"}, {"a", "b"}});
  EXPECT_THAT(encode(bpe, "abc"), ElementsAre('a', 256));
}

TEST(Bpe, OfEqualMergesJoinsTheLeftmostFirst) {
  EXPECT_THAT(encode(*bpe_of({{"a", "a"}}), "aaa"), ElementsAre(256, 'a'));
}

TEST(Bpe, BuildsOnJoinedTokens) {
  const Bpe bpe = *bpe_of({{"a", "b"}, {"ab", "c"}, {"abc", "abc"}});
  EXPECT_THAT(encode(bpe, "abcabcab"), ElementsAre(258, 256));
}

TEST(Bpe, TakesWholeTokensFirstOnlyWhenMergesAreIgnored) {
  const Bpe::Merges merges = {{"b", "c"}, {"a", "b"}, {"ab", "c"}};
  EXPECT_THAT(encode(*bpe_of(merges), "abc"), ElementsAre('a', 256));
  EXPECT_THAT(encode(*bpe_of(merges, true), "abc"), ElementsAre(258));
}

TEST(Bpe, EncodesNothingAsNothing) { EXPECT_TRUE(encode(*bpe_of({{"a", "b"}}), "").empty()); }

TEST(Bpe, EncodesAMegabyteInOnePiece) {
  const std::string piece(1 << 20, 'a');
  EXPECT_EQ(encode(*bpe_of({{"a", "a"}, {"aa", "aa"}, {"aaaa", "aaaa"}}), piece).size(), piece.size() / 8);
}

TEST(Bpe, RefusesAVocabularyWithoutAByte) {
  const auto bpe = Bpe::build({{"a", 0}}, {}, false);
  ASSERT_FALSE(bpe);
  EXPECT_THAT(bpe.error().message, HasSubstr("for byte 0"));
}

}  // namespace
}  // namespace musicfleet
