#include "coordinator/providers/song_order.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace musicfleet::providers {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;

JobSpec spec() {
  JobSpec made;
  made.prompt = "dark trap";
  made.duration = 30'500ms;
  made.format = {AudioContainer::kMp3, 44100, 128};
  return made;
}

TEST(SongOrder, SaysPromptLengthAndModel) {
  const SongOrder order = order_of(spec(), "music_v1").value();
  EXPECT_EQ(Json::parse(order.body_json),
            (Json{{"prompt", "dark trap"}, {"music_length_ms", 30'500}, {"model_id", "music_v1"}}));
  EXPECT_EQ(order.output_format, "mp3_44100_128");
  EXPECT_EQ(order.length, 30'500ms);
}

TEST(SongOrder, PutsWhatTheVendorHasNoFieldForIntoThePrompt) {
  JobSpec asked = spec();
  asked.bpm = 140;
  asked.key_scale = "C minor";
  asked.lyrics = "[verse]\nla";
  EXPECT_EQ(Json::parse(order_of(asked, "m")->body_json).at("prompt"),
            "dark trap\nTempo in beats per minute: 140\nKey: C minor\nLyrics:\n[verse]\nla");
  asked.instrumental = true;
  const Json instrumental = Json::parse(order_of(asked, "m")->body_json);
  EXPECT_EQ(instrumental.at("force_instrumental"), true);
  EXPECT_EQ(instrumental.at("prompt").get<std::string>().find("Lyrics"), std::string::npos);
}

TEST(SongOrder, KnowsTheVendorsFormats) {
  EXPECT_EQ(vendor_format_of({AudioContainer::kMp3, 44100, 0}), "mp3_44100_192") << "our default rate";
  EXPECT_EQ(vendor_format_of({AudioContainer::kMp3, 48000, 320}), "mp3_48000_320");
  EXPECT_EQ(vendor_format_of({AudioContainer::kOpus, 48000, 0}), "opus_48000_128");
  EXPECT_EQ(vendor_format_of({AudioContainer::kWav, 44100, 0}), "pcm_44100")
      << "samples, and a header of ours";
  for (const AudioFormat& none :
       {AudioFormat{AudioContainer::kWav, 96000, 0}, AudioFormat{AudioContainer::kFlac, 48000, 0},
        AudioFormat{AudioContainer::kMp3, 48000, 96}, AudioFormat{AudioContainer::kMp3, 32000, 128}})
    EXPECT_EQ(vendor_format_of(none), std::nullopt);
}

TEST(SongOrder, RefusesWhatTheVendorDoesNotMakeWithTheField) {
  JobSpec flac = spec();
  flac.format = {AudioContainer::kFlac, 48000, 0};
  EXPECT_EQ(order_of(flac, "m").error().param, "format");
  JobSpec long_text = spec();
  long_text.lyrics = std::string(4'090, 'a');
  EXPECT_EQ(order_of(long_text, "m").error().param, "lyrics");
  long_text.instrumental = true;
  EXPECT_TRUE(order_of(long_text, "m")) << "nobody sings them";
  long_text.lyrics.clear();
  long_text.prompt = std::string(4'101, 'a');
  EXPECT_EQ(order_of(long_text, "m").error().param, "prompt");
  for (std::string& text = long_text.prompt = ""; text.size() < 2 * 4'100;) text += "ä";
  EXPECT_TRUE(order_of(long_text, "m")) << "characters, not bytes";
}

}  // namespace
}  // namespace musicfleet::providers
