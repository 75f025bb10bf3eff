#include "coordinator/providers/song_check.h"

#include <gtest/gtest.h>

namespace musicfleet::providers {
namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;

const SongOrder kMp3{"{}", "mp3_44100_128", {AudioContainer::kMp3, 44100, 128}, 10s};

TEST(SongCheck, AcceptsWhatBeginsLikeItsFormatAndHasItsSize) {
  EXPECT_EQ(song_check(kMp3, "\xFF\xFB\x90\x00"sv, 160'000), "");
  EXPECT_EQ(song_check(kMp3, "ID3\x04"sv, 161'000), "");
  EXPECT_EQ(
      song_check({"{}", "opus_48000_128", {AudioContainer::kOpus, 48000, 128}, 10s}, "OggS\x00"sv, 9'000),
      "");
}

TEST(SongCheck, RefusesOtherThings) {
  for (const std::string_view head :
       {"<html>"sv, "{\"detail\""sv, "OggS\x00"sv, "\xFF\x00"sv, "\xFF"sv, "I"sv})
    EXPECT_NE(song_check(kMp3, head, 160'000), "") << head;
  EXPECT_EQ(song_check(kMp3, "", 0), "the answer is empty");
}

TEST(SongCheck, AConstantBitRateShowsAFileThatWasCut) {
  EXPECT_EQ(song_check(kMp3, "ID3"sv, 144'000), "") << "nine tenths";
  EXPECT_NE(song_check(kMp3, "ID3"sv, 143'999), "");
  SongOrder any_length = kMp3;
  any_length.length.reset();
  EXPECT_EQ(song_check(any_length, "ID3"sv, 10), "") << "the vendor chose the length";
}

TEST(SongCheck, TheBitRateIsTheOneThatWasOrderedWhereTheJobNamesNone) {
  const SongOrder usual{"{}", "mp3_44100_192", {AudioContainer::kMp3, 44100, 0}, 10s};
  EXPECT_EQ(song_check(usual, "ID3"sv, 216'000), "") << "nine tenths";
  EXPECT_NE(song_check(usual, "ID3"sv, 215'999), "");
}

TEST(SongCheck, RawSamplesAreKnownByTheirNumberAlone) {
  SongOrder pcm{"{}", "pcm_8000", {AudioContainer::kWav, 8000, 0}, 10s};
  EXPECT_EQ(song_check(pcm, "\0\0"sv, 160'000), "") << "one channel";
  EXPECT_EQ(song_check(pcm, "\0\0"sv, 320'000), "") << "two";
  EXPECT_NE(song_check(pcm, "\0\0"sv, 143'998), "") << "cut";
  EXPECT_NE(song_check(pcm, "\0\0"sv, 160'001), "") << "half a sample";
  EXPECT_NE(song_check(pcm, "<html>"sv, 20), "");
}

}  // namespace
}  // namespace musicfleet::providers
