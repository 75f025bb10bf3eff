#include "coordinator/cli/song_file.h"

#include "common/sha256.h"
#include "tests/coordinator/cli/cli_fixture.h"
#include "tests/support/scripted_http_server.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

namespace musicfleet::cli {
namespace {

using ::musicfleet::testing::ScriptedHttpServer;
using ::musicfleet::testing::ScriptedReply;
using ::musicfleet::testing::ScriptedRequest;
using ::musicfleet::testing::TemporaryFolder;

JobView finished(const std::string& song) {
  JobView job;
  job.id = "j";
  job.state = "succeeded";
  job.audio = AudioView{.size_bytes = song.size(), .sha256 = to_hex(sha256(song))};
  return job;
}

std::size_t files_in(const TemporaryFolder& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder.path()),
                                                std::filesystem::directory_iterator()));
}

TEST(SongFile, ArrivesUnderItsNameAndReplacesAnOlderOne) {
  const TemporaryFolder folder;
  write_text(folder / "a.wav", "old");
  ScriptedHttpServer server([](const ScriptedRequest&) { return ScriptedReply{.body = "song"}; });
  ApiClient api({server.url(), "k"});
  const auto done = download_song(api, finished("song"), folder / "a.wav");
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(text_at(folder / "a.wav"), "song");
  EXPECT_EQ(files_in(folder), 1u);
  EXPECT_EQ(server.requests().front(), "GET /v1/jobs/j/audio");
}

TEST(SongFile, AnotherHashLeavesTheOldFileAndNothingElse) {
  const TemporaryFolder folder;
  write_text(folder / "a.wav", "old");
  ScriptedHttpServer server([](const ScriptedRequest&) { return ScriptedReply{.body = "gnos"}; });
  ApiClient api({server.url(), "k"});
  const auto done = download_song(api, finished("song"), folder / "a.wav");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(text_at(folder / "a.wav"), "old");
  EXPECT_EQ(files_in(folder), 1u);
}

TEST(SongFile, ABrokenConnectionIsTriedAgain) {
  const TemporaryFolder folder;
  int tries = 0;
  ScriptedHttpServer server([&](const ScriptedRequest&) {
    return ++tries == 1 ? ScriptedReply{.body = "so", .missing_bytes = 2} : ScriptedReply{.body = "song"};
  });
  ApiClient api({server.url(), "k"});
  const auto done = download_song(api, finished("song"), folder / "a.wav");
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(text_at(folder / "a.wav"), "song");
}

TEST(SongFile, AFolderThatIsNotThereIsFoundBeforeTheSongIsMade) {
  const TemporaryFolder folder;
  EXPECT_TRUE(check_song_path(folder / "a.wav"));
  EXPECT_FALSE(check_song_path(folder / "no" / "a.wav"));
  EXPECT_FALSE(check_song_path(folder.path()));
  EXPECT_FALSE(check_song_path(""));
}

}  // namespace
}  // namespace musicfleet::cli
