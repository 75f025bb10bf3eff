#include "common/job_spec.h"

#include <gtest/gtest.h>

#include <cmath>

namespace musicfleet {
namespace {

using std::chrono::milliseconds;

JobSpec good() {
  JobSpec spec;
  spec.prompt = "lo-fi chill";
  return spec;
}

std::string field_at_fault(const JobSpec& spec) {
  const Result<> result = validate(spec);
  return result ? "none" : result.error().param;
}

TEST(JobSpec, DefaultsWithAPromptAreValid) { EXPECT_EQ(field_at_fault(good()), "none"); }

TEST(JobSpec, NamesTheFieldThatIsOutOfRange) {
  const auto broken = [](auto change) {
    JobSpec spec = good();
    change(spec);
    return field_at_fault(spec);
  };
  EXPECT_EQ(broken([](JobSpec& s) { s.prompt = " \n"; }), "prompt");
  EXPECT_EQ(broken([](JobSpec& s) { s.prompt = "\xC3"; }), "prompt");
  EXPECT_EQ(broken([](JobSpec& s) { s.prompt = std::string("a\0b", 3); }), "prompt");
  EXPECT_EQ(broken([](JobSpec& s) { s.prompt.assign(JobLimits::kMaxPromptCharacters + 1, 'x'); }), "prompt");
  EXPECT_EQ(broken([](JobSpec& s) { s.lyrics.assign(JobLimits::kMaxLyricsCharacters + 1, 'x'); }), "lyrics");
  EXPECT_EQ(broken([](JobSpec& s) { s.title.assign(JobLimits::kMaxTitleCharacters + 1, 'x'); }), "title");
  EXPECT_EQ(broken([](JobSpec& s) { s.duration = milliseconds(2'999); }), "duration_seconds");
  EXPECT_EQ(broken([](JobSpec& s) { s.duration = milliseconds(600'001); }), "duration_seconds");
  EXPECT_EQ(broken([](JobSpec& s) { s.seed = JobLimits::kMaxSeed + 1; }), "seed");
  EXPECT_EQ(broken([](JobSpec& s) { s.bpm = 29; }), "bpm");
  EXPECT_EQ(broken([](JobSpec& s) { s.steps = 0; }), "steps");
  EXPECT_EQ(broken([](JobSpec& s) { s.shift = std::nan(""); }), "shift");
  EXPECT_EQ(broken([](JobSpec& s) { s.format = {AudioContainer::kOpus, 44100, 0}; }), "format.sample_rate");
  EXPECT_EQ(broken([](JobSpec& s) { s.format = {AudioContainer::kMp3, 44100, 100}; }), "format.bit_rate");
  EXPECT_EQ(broken([](JobSpec& s) { s.format = {AudioContainer::kMp3, 24000, 192}; }), "format.bit_rate");
  EXPECT_EQ(broken([](JobSpec& s) { s.format = {AudioContainer::kMp3, 8000, 96}; }), "format.bit_rate");
  EXPECT_EQ(broken([](JobSpec& s) { s.format = {AudioContainer::kWav, 48000, 128}; }), "format.bit_rate");
}

TEST(JobSpec, ATitleIsOneLineOfAnyScript) {
  const auto verdict = [](std::string title) {
    JobSpec spec = good();
    spec.title = std::move(title);
    return field_at_fault(spec);
  };
  for (const char* title :
       {"", "Night Drive", "Caf\u00e9 \u201clive\u201d; a=b", "\u591c\u66f2 \U0001F3B9", "\u00a0"})
    EXPECT_EQ(verdict(title), "none") << title;
  for (const char* title :
       {"two\nlines", "\r", "tab\t", "\x1b[2J", "\x7f", "\u0085", "\u2028", "a\u2029", "\xC2"})
    EXPECT_EQ(verdict(title), "title") << title;
}

TEST(Utf8, RefusesOverlongSurrogateAndTruncatedForms) {
  EXPECT_TRUE(is_utf8("温暖 é 🎹"));
  EXPECT_FALSE(is_utf8("\xC0\x80"));
  EXPECT_FALSE(is_utf8("\xE0\x80\x80"));
  EXPECT_FALSE(is_utf8("\xED\xA0\x80"));
  EXPECT_FALSE(is_utf8("\xF4\x90\x80\x80"));
  EXPECT_FALSE(is_utf8("\xE2\x82"));
  EXPECT_FALSE(is_utf8("\x80"));
}

TEST(Utf8, CountsCodePoints) { EXPECT_EQ(utf8_length("é温🎹a"), 4u); }

TEST(AudioContainer, NamesGoBothWays) {
  for (const std::string_view name : {"wav", "flac", "mp3", "opus"})
    EXPECT_EQ(name_of(*audio_container_of(name)), name);
  EXPECT_FALSE(audio_container_of("aac"));
}

}  // namespace
}  // namespace musicfleet
