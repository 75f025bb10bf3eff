#include "coordinator/cli/verbs/generate.h"

#include "common/sha256.h"
#include "tests/coordinator/cli/cli_fixture.h"

#include <gmock/gmock.h>

#include <limits>

namespace musicfleet::cli {
namespace {

using ::testing::HasSubstr;

class Generate : public CliFixture {
 protected:
  // As soon as the job has been submitted: `change` on the loop thread, as the fleet would.
  void once_submitted(std::function<void(const JobId&)> change) {
    fleet_ = std::jthread([this, change = std::move(change)] {
      records(1);
      on_loop([&] { change(JobId{backend_.job_map.begin()->first}); });
    });
  }

  void succeed_with(const std::string& song, const std::string& announced) {
    write_text(folder_ / "stored.wav", song);
    once_submitted([this, song, announced](const JobId& id) {
      backend_.update(id, [](Job& job) {
        job.state = JobState::kLeased;
        job.attempts = 1;
        job.worker = WorkerId{"gpu-1"};
        job.progress = {Stage::kDenoising, 3, 8, {}};
      });
      backend_.audio_files[id.value] = folder_ / "stored.wav";
      backend_.update(id, [&](Job& job) {
        job.state = JobState::kSucceeded;
        job.warnings = {"the lyrics were cut"};
        job.audio = JobAudio{.object = "a.wav",
                             .size_bytes = song.size(),
                             .sha256 = sha256(announced),
                             .media_type = "audio/wav",
                             .duration = std::chrono::seconds(30),
                             .sample_rate_hz = 48000,
                             .channels = 2,
                             .loudness_lufs = -14.5,
                             .true_peak_dbtp = std::numeric_limits<double>::quiet_NaN(),
                             .model = "tiny",
                             .generate_time = std::chrono::seconds(10),
                             .encode_time = {},
                             .removed_at = {}};
      });
    });
  }

  Outcome generate(std::vector<std::string> more = {}, std::stop_token stop = {}) {
    std::vector<std::string> arguments{"generate", "--prompt", "dark trap", "--out", out_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments, std::move(stop));
  }

  std::string out_ = (folder_ / "song.wav").string();

 private:
  std::jthread fleet_;
};

TEST_F(Generate, LeavesTheSongAndSaysWhatItIs) {
  succeed_with("a song", "a song");
  const Outcome outcome = generate();
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(text_at(out_), "a song");
  EXPECT_THAT(outcome.out, HasSubstr("30.0 s of audio in 10.0 s"));
  EXPECT_THAT(outcome.out, HasSubstr("seed 4711"));
  EXPECT_THAT(outcome.err, HasSubstr("warning: the lyrics were cut"));
}

TEST_F(Generate, AsJsonTheResultIsOneLine) {
  succeed_with("a song", "a song");
  const Outcome outcome = generate({"--json"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  const nlohmann::json line = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(line["file"], out_);
  EXPECT_EQ(line["seed"], 4711);
  EXPECT_EQ(line["seconds"], 10);
  EXPECT_EQ(line["realtime"], 3);
  EXPECT_EQ(line["duration_seconds"], 30);
  EXPECT_EQ(line["lufs"], -14.5);
  EXPECT_TRUE(line["true_peak_dbtp"].is_null());
  EXPECT_EQ(line["sha256"], to_hex(sha256("a song")));
  EXPECT_EQ(line["model"], "tiny");
  EXPECT_EQ(line["worker"], "gpu-1");
  EXPECT_EQ(line["job"], backend_.job_map.begin()->first);
}

TEST_F(Generate, EveryOptionReachesTheJob) {
  succeed_with("s", "s");
  out_ = (folder_ / "song.MP3").string();
  write_text(folder_ / "lyrics.txt", "[verse]\nla la\n");
  const Outcome outcome = generate({"--lyrics-file",
                                    (folder_ / "lyrics.txt").string(),
                                    "--duration",
                                    "12.5",
                                    "--seed",
                                    "9007199254740991",
                                    "--bpm",
                                    "120",
                                    "--key-scale",
                                    "C major",
                                    "--time-signature",
                                    "4",
                                    "--title",
                                    "Night Drive",
                                    "--vocal-language",
                                    "de",
                                    "--model",
                                    "tiny",
                                    "--steps",
                                    "20",
                                    "--shift",
                                    "2.5",
                                    "--bit-rate",
                                    "256",
                                    "--sample-rate",
                                    "44100",
                                    "--priority",
                                    "-3",
                                    "--deadline",
                                    "60"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  const http::Submission& submission = backend_.submissions.at(0);
  EXPECT_EQ(submission.spec.prompt, "dark trap");
  EXPECT_EQ(submission.spec.lyrics, "[verse]\nla la\n");
  EXPECT_EQ(submission.spec.duration, std::chrono::milliseconds(12'500));
  EXPECT_EQ(submission.seed, 9007199254740991u);
  EXPECT_EQ(submission.spec.bpm, 120);
  EXPECT_EQ(submission.spec.key_scale, "C major");
  EXPECT_EQ(submission.spec.time_signature, "4");
  EXPECT_EQ(submission.spec.vocal_language, "de");
  EXPECT_EQ(submission.spec.title, "Night Drive");
  EXPECT_FALSE(submission.spec.instrumental);
  EXPECT_EQ(submission.spec.model, "tiny");
  EXPECT_EQ(submission.spec.steps, 20);
  EXPECT_EQ(submission.spec.shift, 2.5);
  EXPECT_EQ(submission.spec.format, (AudioFormat{AudioContainer::kMp3, 44100, 256}));
  EXPECT_EQ(submission.priority, -3);
  EXPECT_EQ(submission.deadline, std::chrono::seconds(60));
  EXPECT_TRUE(submission.idempotency_key);
}

TEST_F(Generate, WrongInputMakesNoJob) {
  const std::vector<std::vector<std::string>> wrong{{"--duration", "0"},    {"--duration", "-1"},
                                                    {"--duration", "nan"},  {"--duration", "1e9"},
                                                    {"--bpm", "5"},         {"--format", "aiff"},
                                                    {"--sample-rate", "1"}, {"--lyrics-file", "/nonexistent"},
                                                    {"--seed", "-1"},       {"--lyrics", "\xFF\xFE"},
                                                    {"--steps", "0"},       {"--deadline", "0"},
                                                    {"--priority", "100"},  {"--key-scale", "\x80 major"}};
  for (const auto& arguments : wrong) {
    const Outcome outcome = generate(arguments);
    EXPECT_EQ(outcome.status, 2) << ::testing::PrintToString(arguments) << outcome.err;
    EXPECT_NE(outcome.err, "") << ::testing::PrintToString(arguments);
  }
  EXPECT_TRUE(backend_.submissions.empty());
  EXPECT_FALSE(std::filesystem::exists(out_));
}

TEST_F(Generate, AJobThatFailsSaysWhyAndLeavesNoFile) {
  once_submitted([this](const JobId& id) {
    backend_.update(id, [](Job& job) {
      job.state = JobState::kFailed;
      job.error = Error{ErrorCode::kOutOfMemory, "the GPU has too little memory"};
    });
  });
  const Outcome outcome = generate();
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.err, HasSubstr("ended as failed: the GPU has too little memory"));
  EXPECT_FALSE(std::filesystem::exists(out_));
}

TEST_F(Generate, ADamagedDownloadLeavesNoFile) {
  succeed_with("a song", "another song");
  const Outcome outcome = generate();
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.err, HasSubstr("SHA-256"));
  EXPECT_FALSE(std::filesystem::exists(out_));
}

TEST_F(Generate, CtrlCCancelsTheJob) {
  std::stop_source stop;
  once_submitted([&](const JobId&) { stop.request_stop(); });
  const Outcome outcome = generate({}, stop.get_token());
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.err, HasSubstr("ended as cancelled"));
  EXPECT_EQ(backend_.job_map.begin()->second.state, JobState::kCancelled);
}

TEST_F(Generate, ARefusedSubmissionIsNotTriedAgain) {
  on_loop([&] { backend_.submit_error = Error{ErrorCode::kQuota, "too many jobs"}; });
  const Outcome outcome = generate();
  EXPECT_EQ(outcome.status, 5);
  EXPECT_THAT(outcome.err, HasSubstr("too many jobs"));
  EXPECT_EQ(backend_.submissions.size(), 1u);
}

TEST_F(Generate, AnUnavailableCoordinatorIsAskedAgainUnderTheSameKey) {
  on_loop([&] { backend_.submit_error = Error{ErrorCode::kUnavailable, "the store is down"}; });
  const Outcome outcome = generate();
  EXPECT_EQ(outcome.status, 4);
  ASSERT_GT(backend_.submissions.size(), 1u);
  for (const http::Submission& submission : backend_.submissions)
    EXPECT_EQ(submission.idempotency_key, backend_.submissions[0].idempotency_key);
}

TEST(GenerateFormat, ComesFromTheFilesNameUnlessItIsGiven) {
  const auto container_for = [](const std::string& out, const std::string& format) {
    GenerateOptions options;
    options.spec.prompt = "p";
    options.out = "/tmp/" + out;
    options.format = format;
    const auto completed = complete(options);
    EXPECT_TRUE(completed) << completed.error().message;
    return options.spec.format.container;
  };
  EXPECT_EQ(container_for("a.flac", ""), AudioContainer::kFlac);
  EXPECT_EQ(container_for("a.ogg", ""), AudioContainer::kOpus);
  EXPECT_EQ(container_for("a", ""), AudioContainer::kWav);
  EXPECT_EQ(container_for("a.flac", "mp3"), AudioContainer::kMp3);
}

}  // namespace
}  // namespace musicfleet::cli
