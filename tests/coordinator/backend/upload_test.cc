#include "tests/coordinator/backend/backend_fixture.h"

#include <boost/asio/detached.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <future>

namespace musicfleet::backend {
namespace {

using namespace std::chrono_literals;

class Upload : public BackendTest {
 protected:
  // A job that worker "w" holds, and the token that it got for its song.
  void SetUp() override {
    hello("w");
    job = submit([](http::Submission& s) { s.spec.format.container = AudioContainer::kFlac; });
    lease = sent<to_worker::Assign>("w").lease;
    token = ticket();
  }

  std::string ticket() {
    port.sent.clear();
    to_coordinator::SongReady song;
    song.lease = lease;
    song.size_bytes = kSong.size();
    song.sha256 = sha256(kSong);
    song.media_type = "audio/flac";
    song.duration = 30s;
    song.sample_rate_hz = 48'000;
    song.channels = 2;
    song.model_name = "turbo";
    song.generate_time = 1500ms;
    song.encode_time = 20ms;
    song.warnings = {"lyrics were cut"};
    song.loudness_lufs = -12.5;
    song.true_peak_dbtp = -1;
    say("w", song);
    const auto ticket = sent<to_worker::Ticket>("w");
    EXPECT_EQ(ticket.method, "PUT");
    EXPECT_EQ(ticket.url.rfind("http://here/v1/uploads/", 0), 0u);
    return ticket.url.substr(ticket.url.rfind('/') + 1);
  }

  // What the HTTP server does with the bytes.
  void store_bytes(const http::UploadTarget& target) {
    std::ofstream(target.temporary_path, std::ios::binary) << kSong;
  }

  // The job has succeeded, and its song is there, whole.
  void expect_published() {
    EXPECT_EQ(stored(job.id).state, JobState::kSucceeded);
    EXPECT_TRUE(process->discarded.empty());
    const auto file = await(process->backend.audio(who, job.id));
    ASSERT_TRUE(file);
    std::ifstream in(file->path, std::ios::binary);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), kSong);
  }

  static inline const std::string kSong = "fLaC and the rest of a song";
  Job job;
  Lease lease;
  std::string token;
};

TEST_F(Upload, BecomesThePublishedSongOfTheJob) {
  const auto target = await(process->backend.open_upload(token));
  ASSERT_TRUE(target);
  EXPECT_EQ(target->size_bytes, kSong.size());
  EXPECT_EQ(target->sha256, sha256(kSong));
  store_bytes(*target);
  port.on_send = [&](const WorkerId&, const to_worker::Message& message) {
    if (!std::holds_alternative<to_worker::Accepted>(message)) return;
    EXPECT_EQ(stored(job.id).state, JobState::kSucceeded) << "accepted before the commit";
  };
  ASSERT_TRUE(await(process->backend.finish_upload(token)));
  EXPECT_EQ(sent<to_worker::Accepted>("w").lease, lease);

  const Job done = *await(process->backend.job(who, job.id));
  EXPECT_EQ(done.state, JobState::kSucceeded);
  EXPECT_EQ(done.warnings, std::vector<std::string>{"lyrics were cut"});
  const auto file = await(process->backend.audio(who, job.id));
  ASSERT_TRUE(file);
  EXPECT_EQ(file->path.extension(), ".flac");
  EXPECT_EQ(file->audio.model, "turbo");
  EXPECT_EQ(file->audio.media_type, "audio/flac");
  EXPECT_EQ(file->audio.loudness_lufs, -12.5);
  EXPECT_EQ(file->audio.generate_time, 1500ms);
  std::ifstream in(file->path, std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), kSong);
  EXPECT_NE(process->backend.metrics_text().find("musicfleet_jobs_finished_total{outcome=\"succeeded\"} 1"),
            std::string::npos);
}

TEST_F(Upload, ATicketIsGoodForOneSong) {
  store_bytes(*await(process->backend.open_upload(token)));
  EXPECT_EQ(await(process->backend.open_upload(token)).error().code, ErrorCode::kConflict) << "under way";
  ASSERT_TRUE(await(process->backend.finish_upload(token)));
  EXPECT_EQ(await(process->backend.open_upload(token)).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(await(process->backend.finish_upload(token)).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(await(process->backend.open_upload("unknown")).error().code, ErrorCode::kNotFound);
}

TEST_F(Upload, ThatBrokeOffMayBeTriedAgain) {
  ASSERT_TRUE(await(process->backend.open_upload(token)));
  process->backend.abandon_upload(token);
  EXPECT_TRUE(await(process->backend.open_upload(token)));
}

TEST_F(Upload, WhoseBytesAreNotWhatWasAnnouncedMayBeTriedAgainAndThenIsItsWorkersFailure) {
  const Error other_bytes{ErrorCode::kInvalidArgument, "other bytes"};
  for (int i = 1; i < UploadDesk::kMostRefused; ++i) {
    ASSERT_TRUE(await(process->backend.open_upload(token)));
    process->backend.refuse_upload(token, other_bytes);
    if (i % 2 == 0) token = ticket();  // a new ticket does not start the count anew
  }
  EXPECT_TRUE(process->dispatch.dispatcher().is_current(lease));
  ASSERT_TRUE(await(process->backend.open_upload(token)));
  process->backend.refuse_upload(token, other_bytes);
  EXPECT_EQ(sent<to_worker::Cancel>("w").lease, lease);
  EXPECT_FALSE(process->dispatch.dispatcher().is_current(lease));
  EXPECT_EQ(await(process->backend.open_upload(token)).error().code, ErrorCode::kNotFound);
  const auto attempts = store::JobReader::open(folder / "musicfleet.db").value().attempts(job.id).value();
  ASSERT_FALSE(attempts.empty());
  EXPECT_EQ(attempts[0].outcome, AttemptOutcome::kFailed);
  EXPECT_EQ(attempts[0].error->code, ErrorCode::kCorrupt);
}

TEST_F(Upload, OfALostLeaseIsAConflictBeforeItsBytes) {
  process->dispatch.apply(dispatch::WorkerRevoked{WorkerId{"w"}});
  EXPECT_EQ(await(process->backend.open_upload(token)).error().code, ErrorCode::kConflict);
  EXPECT_EQ(await(process->backend.open_upload(token)).error().code, ErrorCode::kNotFound)
      << "the ticket is gone";
}

TEST_F(Upload, OfALostLeaseIsAConflictAfterItsBytesAndPublishesNothing) {
  const auto target = await(process->backend.open_upload(token));
  store_bytes(*target);
  process->dispatch.apply(dispatch::WorkerRevoked{WorkerId{"w"}});
  EXPECT_EQ(await(process->backend.finish_upload(token)).error().code, ErrorCode::kConflict);
  EXPECT_TRUE(std::filesystem::exists(target->temporary_path)) << "no name of a song was given to it";
  EXPECT_TRUE(run_until([&] { return stored(job.id).state == JobState::kQueued; }));
  EXPECT_EQ(await(process->backend.open_upload(token)).error().code, ErrorCode::kNotFound)
      << "the ticket is gone";
}

TEST_F(Upload, OfACancelledJobIsAConflict) {
  ASSERT_TRUE(await(process->backend.cancel(who, job.id)));
  EXPECT_EQ(await(process->backend.open_upload(token)).error().code, ErrorCode::kConflict);
}

TEST_F(Upload, ANewTicketReplacesTheOldOne) {
  const std::string second = ticket();
  EXPECT_NE(second, token);
  EXPECT_EQ(await(process->backend.open_upload(token)).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(await(process->backend.open_upload(second)));
}

TEST_F(Upload, ThatANewTicketOvertookDoesNotTouchTheNewOne) {
  const auto overtaken = await(process->backend.open_upload(token));
  store_bytes(*overtaken);
  const std::string second = ticket();
  const auto target = await(process->backend.open_upload(second));
  ASSERT_TRUE(target);
  EXPECT_NE(target->temporary_path, overtaken->temporary_path);
  EXPECT_EQ(await(process->backend.finish_upload(token)).error().code, ErrorCode::kNotFound);
  process->backend.abandon_upload(token);
  store_bytes(*target);
  EXPECT_EQ(await(process->backend.open_upload(second)).error().code, ErrorCode::kConflict) << "under way";
  ASSERT_TRUE(await(process->backend.finish_upload(second)));
  expect_published();
}

TEST_F(Upload, WhileItIsPublishedNoOtherOfItsLeaseIsTaken) {
  store_bytes(*await(process->backend.open_upload(token)));
  // The only file thread is held up, so that publishing stands still.
  std::promise<void> go;
  boost::asio::co_spawn(loop, process->files.run([held = go.get_future().share()] { held.wait(); }),
                        boost::asio::detached);
  std::optional<Result<>> published;
  boost::asio::co_spawn(loop, process->backend.finish_upload(token),
                        [&](std::exception_ptr, Result<> result) { published.emplace(std::move(result)); });
  loop.poll();
  const std::string second = ticket();
  EXPECT_EQ(await(process->backend.open_upload(second)).error().code, ErrorCode::kConflict);
  EXPECT_EQ(await(process->backend.finish_upload(second)).error().code, ErrorCode::kNotFound) << "not open";
  go.set_value();
  ASSERT_TRUE(run_until([&] { return published.has_value(); }));
  EXPECT_TRUE(*published);
  EXPECT_EQ(await(process->backend.open_upload(second)).error().code, ErrorCode::kConflict) << "over";
  expect_published();
}

TEST_F(Upload, ThatCouldNotBePublishedMayBeTriedAgain) {
  ASSERT_TRUE(await(process->backend.open_upload(token)));  // and no bytes come
  EXPECT_EQ(await(process->backend.finish_upload(token)).error().code, ErrorCode::kUnavailable);
  process->backend.abandon_upload(token);
  store_bytes(*await(process->backend.open_upload(token)));
  ASSERT_TRUE(await(process->backend.finish_upload(token)));
  expect_published();
}

TEST_F(Upload, OverwritesWhatAProcessStoredThatEndedBeforeItsCommit) {
  const auto object = process->audio.object_key(lease.job, lease.epoch, AudioContainer::kFlac);
  std::filesystem::create_directories(process->audio.path_of(object).parent_path());
  std::ofstream(process->audio.path_of(object)) << "left over";
  store_bytes(*await(process->backend.open_upload(token)));
  ASSERT_TRUE(await(process->backend.finish_upload(token)));
  EXPECT_EQ(std::filesystem::file_size(process->audio.path_of(object)), kSong.size());
}

}  // namespace
}  // namespace musicfleet::backend
