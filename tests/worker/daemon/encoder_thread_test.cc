#include "worker/daemon/encoder_thread.h"

#include "common/sha256.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

#include <fstream>
#include <future>

namespace musicfleet::daemon {
namespace {

const Lease kLease{{"job_1"}, 1};

struct Answers {
  std::promise<Result<EncodedFile>> encoded;
  std::promise<Result<int>> uploaded;
  std::vector<int> percents;  // to be read after `uploaded`

  EncoderEvents events() {
    return {[this](const Lease&, Result<EncodedFile> file) { encoded.set_value(std::move(file)); },
            [this](const Lease&, int percent) { percents.push_back(percent); },
            [this](const Lease&, Result<int> status) { uploaded.set_value(std::move(status)); }};
  }
};

Result<EncodedSong> write_letters(const Pcm& pcm, const AudioFormat&, const SongTags&,
                                  const std::filesystem::path& path) {
  std::ofstream(path) << std::string(pcm.frames, 'x');
  return EncodedSong{pcm.frames, -14.0, -1.0};
}

Result<int> no_upload(const to_worker::Ticket&, const std::filesystem::path&, std::stop_token,
                      const UploadProgress&) {
  return 200;
}

TEST(EncoderThread, TheHashIsThatOfTheFile) {
  const testing::TemporaryFolder folder;
  Answers answers;
  EncoderThread thread(write_letters, no_upload, answers.events());
  Pcm pcm;
  pcm.frames = 200'000;
  thread.encode(kLease, pcm, {}, {}, folder / "song");
  const auto file = answers.encoded.get_future().get();
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->sha256, sha256(std::string(200'000, 'x')));
  EXPECT_EQ(file->song.size_bytes, 200'000u);
}

TEST(EncoderThread, AnEncoderThatThrowsFailsItsSong) {
  Answers answers;
  EncoderThread thread(
      [](const Pcm&, const AudioFormat&, const SongTags&,
         const std::filesystem::path&) -> Result<EncodedSong> { throw std::runtime_error("no codec"); },
      no_upload, answers.events());
  thread.encode(kLease, {}, {}, {}, "unused");
  EXPECT_EQ(answers.encoded.get_future().get().error().message, "no codec");
}

TEST(EncoderThread, AFileThatIsNotThereAfterEncodingFailsItsSong) {
  const testing::TemporaryFolder folder;
  Answers answers;
  EncoderThread thread(
      [](const Pcm&, const AudioFormat&, const SongTags&,
         const std::filesystem::path&) -> Result<EncodedSong> {
        return EncodedSong{1, 0, 0};
      },
      no_upload, answers.events());
  thread.encode(kLease, {}, {}, {}, folder / "nothing");
  EXPECT_EQ(answers.encoded.get_future().get().error().code, ErrorCode::kUnavailable);
}

TEST(EncoderThread, EachPercentOfAnUploadIsToldOnce) {
  Answers answers;
  EncoderThread thread(
      write_letters,
      [](const to_worker::Ticket&, const std::filesystem::path&, std::stop_token,
         const UploadProgress& progress) -> Result<int> {
        for (const std::uint64_t done : {0, 1, 10, 11, 500, 505, 1'000}) progress(done, 1'000);
        progress(0, 0);
        return 200;
      },
      answers.events());
  thread.upload({kLease, "PUT", "http://127.0.0.1/", {}, {}}, "unused", {});
  EXPECT_EQ(answers.uploaded.get_future().get().value(), 200);
  EXPECT_THAT(answers.percents, ::testing::ElementsAre(1, 50, 100, 0));
}

TEST(EncoderThread, ACancelledUploadIsNotBegun) {
  Answers answers;
  EncoderThread thread(
      write_letters,
      [](const to_worker::Ticket&, const std::filesystem::path&, std::stop_token,
         const UploadProgress&) -> Result<int> {
        ADD_FAILURE() << "uploaded";
        return 200;
      },
      answers.events());
  std::stop_source stop;
  stop.request_stop();
  thread.upload({kLease, "PUT", "http://127.0.0.1/", {}, {}}, "unused", stop.get_token());
  EXPECT_EQ(answers.uploaded.get_future().get().error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace musicfleet::daemon
