#include "coordinator/elevenlabs/detailed_answer.h"

#include <gtest/gtest.h>

namespace musicfleet::elevenlabs {
namespace {

using nlohmann::json;

ComposeOrder order() {
  return *compose_order_from({{"prompt", "calm\nfolk"}, {"music_length_ms", 3000}}, {}, {});
}

TEST(DetailedAnswer, TheBodyIsWhatTheSdksParsersRead) {
  const Envelope wrapped =
      envelope(song_details(order(), std::nullopt), "song.mp3", "audio/mpeg", "mfBOUNDARY");
  EXPECT_EQ(wrapped.content_type, "multipart/mixed; boundary=mfBOUNDARY");
  // The first line is the delimiter, the JSON's type is the last header of its part, the JSON is one line.
  const std::string before = "--mfBOUNDARY\r\nContent-Type: application/json\r\n\r\n{";
  EXPECT_EQ(wrapped.head.substr(0, before.size()), before);
  const std::size_t end = wrapped.head.find("\r\n", before.size());
  EXPECT_EQ(wrapped.head[end - 1], '}');
  EXPECT_EQ(wrapped.head.substr(end),
            "\r\n--mfBOUNDARY\r\nContent-Type: audio/mpeg\r\nContent-Disposition: "
            "attachment; filename=\"song.mp3\"\r\n\r\n");
  EXPECT_EQ(wrapped.tail, "\r\n--mfBOUNDARY--\r\n");
}

TEST(DetailedAnswer, HasAllFieldsOfTheMetadataAndMakesNothingUp) {
  const json details = song_details(order(), std::nullopt);
  EXPECT_EQ(details["song_metadata"], json({{"title", nullptr},
                                            {"description", "calm\nfolk"},
                                            {"genres", json::array()},
                                            {"languages", json::array()},
                                            {"is_explicit", nullptr}}));
  EXPECT_EQ(details["composition_plan"]["sections"][0]["duration_ms"], 3000);
  EXPECT_FALSE(details.contains("words_timestamps"));
  EXPECT_FALSE(details.contains("waveform_visual"));
}

TEST(DetailedAnswer, TellsWhatWasAskedForAndIsKnown) {
  ComposeOrder asked = order();
  asked.with_timestamps = asked.with_waveform = asked.instrumental = true;
  const json details = song_details(asked, std::vector<int>{-3, 1000});
  EXPECT_EQ(details["words_timestamps"], json::array());
  EXPECT_EQ(details["waveform_visual"], json({-3, 1000}));
  EXPECT_EQ(details["song_metadata"]["languages"], json({"Instrumental"}));
  EXPECT_FALSE(song_details(asked, std::nullopt).contains("waveform_visual"));
}

}  // namespace
}  // namespace musicfleet::elevenlabs
