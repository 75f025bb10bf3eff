#include "worker/audio/song_tags.h"

#include "tests/support/temporary_folder.h"
#include "tests/worker/audio/tone.h"
#include "worker/audio/encoder.h"

#include <gmock/gmock.h>
#include <sndfile.h>
#include <taglib/fileref.h>
#include <taglib/tpropertymap.h>

#include <fstream>
#include <memory>
#include <sstream>

namespace musicfleet {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Key;
using testing::make_tone;
using ::testing::Not;
using ::testing::Pair;
using testing::TemporaryFolder;
using testing::Tone;

using Texts = std::map<std::string, std::string>;

// As TagLib names them in every format.
Texts tags_of(const std::filesystem::path& path) {
  Texts tags;
  const TagLib::FileRef file(path.c_str());
  const TagLib::PropertyMap properties = file.file()->properties();
  for (const auto& [key, values] : properties) tags[key.to8Bit(true)] = values.toString().to8Bit(true);
  return tags;
}

std::string bytes_of(const std::filesystem::path& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

class TagsInEveryContainer : public ::testing::TestWithParam<AudioContainer> {
 protected:
  // The path of a song of half a second with these tags; its suffix is what TagLib goes by.
  std::filesystem::path song(const SongTags& tags, const std::string& name = "song") {
    const std::filesystem::path path = folder_ / concat(name, '.', name_of(GetParam()));
    const auto encoded = encode_song(make_tone(Tone{}, 24'000), {GetParam(), 48'000, 0}, tags, path);
    EXPECT_TRUE(encoded) << encoded.error().message;
    EXPECT_EQ(encoded ? encoded->size_bytes : 0, std::filesystem::file_size(path));
    return path;
  }

  const SongTags tags_{"Night Drive", "musicfleet 0.1.0",   "acestep-v15-turbo", "ace_v15",
                       "turbo",       9'007'199'254'740'991};
  const TemporaryFolder folder_;
};

TEST_P(TagsInEveryContainer, SayWhatTheSongIsAndWhereItComesFrom) {
  const Texts tags = tags_of(song(tags_));
  EXPECT_THAT(tags,
              IsSupersetOf(Texts{{"TITLE", "Night Drive"},
                                 {"COMMENT",
                                  "AI generated: made by musicfleet 0.1.0 with the model acestep-v15-turbo "
                                  "(ace_v15 turbo), seed 9007199254740991"},
                                 {"AI_GENERATED", "true"},
                                 {"DIGITAL_SOURCE_TYPE",
                                  "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"},
                                 {"MODEL", "acestep-v15-turbo"},
                                 {"MODEL_FAMILY", "ace_v15"},
                                 {"MODEL_VARIANT", "turbo"},
                                 {"SEED", "9007199254740991"}}));
  const bool xiph = GetParam() == AudioContainer::kFlac || GetParam() == AudioContainer::kOpus;
  EXPECT_THAT(tags, Contains(Pair(xiph ? "ENCODER" : "ENCODING", "musicfleet 0.1.0")));
}

TEST_P(TagsInEveryContainer, KeepTitlesOfEveryScriptAndLength) {
  std::string longest;
  for (std::size_t i = 0; i < JobLimits::kMaxTitleCharacters; ++i) longest += "\U0001F3B9";
  for (const std::string& title :
       {std::string("Caf\u00e9 \u201clive\u201d \"at\" 'noon'"), std::string("\u591c\u66f2 \U0001F3B5"),
        std::string("a=b;c/d\\e"), std::string("  padded"), longest}) {
    SongTags tags = tags_;
    tags.title = title;
    EXPECT_THAT(tags_of(song(tags)), Contains(Pair("TITLE", title)));
  }
}

TEST_P(TagsInEveryContainer, HaveNoTitleWhereTheJobHasNone) {
  SongTags tags = tags_;
  tags.title.clear();
  const Texts written = tags_of(song(tags));
  EXPECT_THAT(written, Not(Contains(Key("TITLE"))));
  EXPECT_THAT(written, Contains(Pair("AI_GENERATED", "true")));
}

TEST_P(TagsInEveryContainer, AreTheSameBytesForTheSameSongAndOthersForAnotherTitle) {
  const std::string first = bytes_of(song(tags_, "first"));
  EXPECT_TRUE(first == bytes_of(song(tags_, "second")));
  SongTags other = tags_;
  other.title = "Day Drive";
  EXPECT_FALSE(first == bytes_of(song(other, "other")));
}

TEST_P(TagsInEveryContainer, ReplaceEarlierOnes) {
  const std::filesystem::path path = song(tags_);
  SongTags other = tags_;
  other.title = "Day Drive";
  ASSERT_TRUE(write_song_tags(other, GetParam(), path));
  EXPECT_THAT(tags_of(path), Contains(Pair("TITLE", "Day Drive")));
}

TEST_P(TagsInEveryContainer, NameTheFileThatIsNotThere) {
  const auto written = write_song_tags(tags_, GetParam(), folder_ / "nothing.here");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(written.error().message, HasSubstr("nothing.here"));
}

INSTANTIATE_TEST_SUITE_P(Table, TagsInEveryContainer,
                         ::testing::Values(AudioContainer::kWav, AudioContainer::kFlac, AudioContainer::kMp3,
                                           AudioContainer::kOpus),
                         [](const auto& param) { return std::string(name_of(param.param)); });

// TagLib takes anything for a wav or an mp3.
TEST(SongTags, RefuseAFileThatIsNotOfTheContainerAndLeaveIt) {
  const TemporaryFolder folder;
  const std::string text(1'000, 'x');
  std::ofstream(folder / "song") << text;
  for (const AudioContainer container : {AudioContainer::kFlac, AudioContainer::kOpus}) {
    const auto written = write_song_tags({}, container, folder / "song");
    ASSERT_FALSE(written) << name_of(container);
    EXPECT_EQ(written.error().code, ErrorCode::kCorrupt);
    EXPECT_EQ(bytes_of(folder / "song"), text);
  }
}

// What programs read that know nothing of ID3 in wav files.
TEST(WavTags, AreInTheListOfInfoToo) {
  const TemporaryFolder folder;
  const SongTags tags{"Caf\u00e9", "musicfleet 0.1.0", "tiny", "ace_v15", "turbo", 7};
  ASSERT_TRUE(encode_song(make_tone(Tone{}, 1'000), AudioFormat{}, tags, folder / "song.wav"));
  SF_INFO info{};
  const std::unique_ptr<SNDFILE, int (*)(SNDFILE*)> file(
      sf_open((folder / "song.wav").c_str(), SFM_READ, &info), sf_close);
  ASSERT_TRUE(file);
  EXPECT_STREQ(sf_get_string(file.get(), SF_STR_TITLE), "Caf\u00e9");
  EXPECT_STREQ(sf_get_string(file.get(), SF_STR_SOFTWARE), "musicfleet 0.1.0");
  EXPECT_STREQ(sf_get_string(file.get(), SF_STR_COMMENT),
               "AI generated: made by musicfleet 0.1.0 with the model tiny (ace_v15 turbo), seed 7");
}

}  // namespace
}  // namespace musicfleet
