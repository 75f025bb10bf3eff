#include "coordinator/http/job_json.h"

#include "coordinator/http/job_fields.h"
#include "coordinator/http/rfc3339.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace musicfleet::http {
namespace {

using nlohmann::ordered_json;

Job finished_job() {
  Job job;
  job.id = JobId{"job_1"};
  job.state = JobState::kSucceeded;
  job.spec.prompt = "p";
  job.spec.seed = JobLimits::kMaxSeed;
  job.metadata_json = R"({"order":17})";
  job.created_at = WallTime(std::chrono::milliseconds(1'795'365'265'123));
  job.worker = WorkerId{"gpu-1"};
  job.audio = JobAudio{};
  job.audio->media_type = "audio/wav";
  job.audio->duration = std::chrono::milliseconds(30'500);
  job.audio->loudness_lufs = std::nan("");
  return job;
}

void expect_members(std::span<const FieldRule> rules, const ordered_json& object) {
  ASSERT_EQ(object.size(), rules.size());
  std::size_t i = 0;
  for (const auto& [name, value] : object.items()) {
    EXPECT_EQ(name, rules[i].name);
    if (value.is_null()) {
      EXPECT_TRUE(rules[i].nullable) << name;
    }
    if (value.is_object() && !rules[i].members.empty()) expect_members(rules[i].members, value);
    ++i;
  }
}

TEST(JobJson, HasExactlyTheDocumentedFields) {
  expect_members(job_fields(), job_json(Job{}, ""));
  Job job = finished_job();
  expect_members(job_fields(), job_json(job, ""));
  job.error = Error{ErrorCode::kOutOfMemory, "m"};
  expect_members(job_fields(), job_json(job, ""));
}

TEST(JobJson, ShowsWhatTheJobSays) {
  const ordered_json json = job_json(finished_job(), "https://music.example");
  EXPECT_EQ(json["state"], "succeeded");
  EXPECT_EQ(json["seed"].dump(), "9007199254740991");
  EXPECT_EQ(json["metadata"]["order"], 17);
  EXPECT_EQ(json["created_at"], "2026-11-22T16:34:25.123Z");
  EXPECT_EQ(json["started_at"], nullptr);
  EXPECT_EQ(json["worker"], "gpu-1");
  EXPECT_EQ(json["audio"]["url"], "https://music.example/v1/jobs/job_1/audio");
  EXPECT_EQ(json["audio"]["duration_seconds"], 30.5);
  EXPECT_EQ(json["audio"]["sha256"], std::string(64, '0'));
}

TEST(JobJson, SilenceHasNoLoudness) {
  EXPECT_EQ(job_json(finished_job(), "")["audio"]["loudness_lufs"], nullptr);
}

TEST(Rfc3339, SpellsUtcToTheMillisecond) {
  EXPECT_EQ(rfc3339(WallTime{}), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(rfc3339(WallTime(std::chrono::milliseconds(951'782'400'007))), "2000-02-29T00:00:00.007Z");
}

}  // namespace
}  // namespace musicfleet::http
