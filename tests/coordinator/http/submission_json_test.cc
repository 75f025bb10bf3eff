#include "coordinator/http/submission_json.h"

#include "coordinator/http/job_fields.h"
#include "coordinator/http/json_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace musicfleet::http {
namespace {

using nlohmann::json;
using testing::HasSubstr;

Result<Submission> read(std::string_view body) {
  const auto document = parse_json_object(body);
  if (!document) return Failure(document.error());
  return submission_from(*document);
}

Result<Submission> read_field(const std::string& name, const std::string& value) {
  return read(R"({"prompt":"dark trap",")" + name + "\":" + value + "}");
}

TEST(SubmissionJson, APromptIsEnough) {
  const auto submission = read(R"({"prompt":"lo-fi chill"})");
  ASSERT_TRUE(submission) << submission.error().message;
  JobSpec expected;
  expected.prompt = "lo-fi chill";
  EXPECT_EQ(submission->spec, expected);
  EXPECT_EQ(submission->seed, std::nullopt);
  EXPECT_EQ(submission->deadline, std::nullopt);
  EXPECT_EQ(submission->metadata_json, "{}");
}

TEST(SubmissionJson, ReadsEveryField) {
  const auto submission = read(
      R"({"prompt":"p","title":"Caf\u00e9 \"live\"","lyrics":"[verse]\nla","duration_seconds":12.345,"seed":7,"bpm":120,
    "key_scale":"C major","time_signature":"4","vocal_language":"de","instrumental":true,"model":"turbo","steps":8,
    "shift":3.5,"format":{"type":"mp3","bit_rate":320,"sample_rate":44100},"priority":-3,"deadline_seconds":90.5,
    "metadata":{"order":[1,{"a":null}]}})");
  ASSERT_TRUE(submission) << submission.error().message;
  const JobSpec& spec = submission->spec;
  EXPECT_EQ(spec.title, "Caf\u00e9 \"live\"");
  EXPECT_EQ(spec.lyrics, "[verse]\nla");
  EXPECT_EQ(spec.duration.count(), 12345);
  EXPECT_EQ(submission->seed, 7u);
  EXPECT_EQ(spec.bpm, 120);
  EXPECT_EQ(spec.key_scale, "C major");
  EXPECT_EQ(spec.time_signature, "4");
  EXPECT_EQ(spec.vocal_language, "de");
  EXPECT_TRUE(spec.instrumental);
  EXPECT_EQ(spec.model, "turbo");
  EXPECT_EQ(spec.steps, 8);
  EXPECT_EQ(spec.shift, 3.5);
  EXPECT_EQ(spec.format, (AudioFormat{AudioContainer::kMp3, 44100, 320}));
  EXPECT_EQ(submission->priority, -3);
  EXPECT_EQ(submission->deadline, std::chrono::milliseconds(90'500));
  EXPECT_EQ(submission->metadata_json, R"({"order":[1,{"a":null}]})");
}

TEST(SubmissionJson, AWholeNumberMayBeWrittenWithADecimalPoint) {
  EXPECT_EQ(read_field("bpm", "90.0")->spec.bpm, 90);
  EXPECT_EQ(read_field("seed", "9.007199254740991e15")->seed, JobLimits::kMaxSeed);
  EXPECT_EQ(read_field("steps", "1e1")->spec.steps, 10);
}

TEST(SubmissionJson, NullMeansAbsenceWhereAbsenceHasAMeaningOfItsOwn) {
  for (const char* name : {"seed", "bpm", "steps", "shift", "deadline_seconds"})
    EXPECT_TRUE(read_field(name, "null")) << name;
}

TEST(SubmissionJson, RoundsDurationsToTheMillisecond) {
  EXPECT_EQ(read_field("duration_seconds", "30.0004")->spec.duration.count(), 30'000);
  EXPECT_EQ(read_field("duration_seconds", "30.0006")->spec.duration.count(), 30'001);
  EXPECT_EQ(read_field("duration_seconds", "600")->spec.duration.count(), 600'000);
}

struct BadField {
  const char* name;
  std::string value;
  const char* param;
  const char* message;
};

void PrintTo(const BadField& bad, std::ostream* out) { *out << bad.name << " = " << bad.value.substr(0, 40); }

class SubmissionField : public testing::TestWithParam<BadField> {};

TEST_P(SubmissionField, IsRefusedByName) {
  const BadField& bad = GetParam();
  const auto submission = read_field(bad.name, bad.value);
  ASSERT_FALSE(submission);
  EXPECT_EQ(submission.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(submission.error().param, bad.param);
  EXPECT_THAT(submission.error().message, HasSubstr(bad.message));
}

std::string quoted(std::size_t n) { return '"' + std::string(n, 'x') + '"'; }

INSTANTIATE_TEST_SUITE_P(
    BadInput, SubmissionField,
    testing::Values(
        BadField{"duration_seconds", "0", "duration_seconds", "must be from 3 to 600, not 0"},
        BadField{"duration_seconds", "-1", "duration_seconds", "must be from 3 to 600, not -1"},
        BadField{"duration_seconds", "1e9", "duration_seconds", "must be from 3 to 600, not 1000000000"},
        BadField{"duration_seconds", "2.9999", "duration_seconds", "must be from 3 to 600"},
        BadField{"duration_seconds", "600.0001", "duration_seconds", "must be from 3 to 600"},
        BadField{"duration_seconds", "NaN", "duration_seconds", "malformed JSON at byte"},
        BadField{"duration_seconds", "Infinity", "duration_seconds", "malformed JSON at byte"},
        BadField{"duration_seconds", "1e999", "duration_seconds", "the number is too large"},
        BadField{"duration_seconds", "\"30\"", "duration_seconds", "must be a number, not a JSON string"},
        BadField{"duration_seconds", "null", "duration_seconds", "must be a number, not null"},
        BadField{"duration_seconds", "[30]", "duration_seconds", "must be a number, not a JSON array"},
        BadField{"duration_seconds", "true", "duration_seconds", "must be a number, not a JSON boolean"},
        BadField{"title", quoted(201), "title", "must have at most 200 characters, not 201"},
        BadField{"title", "\"two\\nlines\"", "title", "must be one line"},
        BadField{"lyrics", quoted(20'001), "lyrics", "must have at most 20000 characters, not 20001"},
        BadField{"lyrics", "\"\\u0000\"", "lyrics", "NUL"},
        BadField{"lyrics", "7", "lyrics", "must be a string"},
        BadField{"lyrics", "\"\\ud800\"", "lyrics", "malformed JSON at byte"},
        BadField{"lyrics", "\"\xff\xfe\"", "lyrics", "malformed JSON at byte"},
        BadField{"seed", "-1", "seed", "must be from 0 to 9007199254740991, not -1"},
        BadField{"seed", "9007199254740992", "seed", "must be from 0 to 9007199254740991"},
        BadField{"seed", "18446744073709551616", "seed", "must be from 0 to 9007199254740991"},
        BadField{"seed", "3.5", "seed", "must be an integer, not 3.5"},
        BadField{"bpm", "29", "bpm", "must be from 30 to 300, not 29"},
        BadField{"bpm", "\"fast\"", "bpm", "must be an integer, not a JSON string"},
        BadField{"key_scale", quoted(65), "key_scale", "at most 64 characters"},
        BadField{"instrumental", "1", "instrumental", "must be true or false"},
        BadField{"steps", "0", "steps", "must be from 1 to 200, not 0"},
        BadField{"steps", "1e300", "steps", "must be from 1 to 200"},
        BadField{"shift", "0", "shift", "must be from 0.1 to 10, not 0"},
        BadField{"format", "\"mp3\"", "format", "must be an object"},
        BadField{"format", "{\"type\":\"aac\"}", "format.type", "must be wav, flac, mp3 or opus"},
        BadField{"format", "{\"codec\":\"mp3\"}", "format.codec", "is not a field"},
        BadField{"format", "{\"type\":\"mp3\",\"bit_rate\":100}", "format.bit_rate", "for mp3, not 100"},
        BadField{"format", "{\"bit_rate\":128}", "format.bit_rate", "only for mp3 and opus"},
        BadField{"format", "{\"sample_rate\":44101}", "format.sample_rate", "not 44101"},
        BadField{"format", "{\"type\":\"opus\",\"sample_rate\":44100}", "format.sample_rate", "for opus"},
        BadField{"priority", "11", "priority", "must be from -10 to 10, not 11"},
        BadField{"deadline_seconds", "0", "deadline_seconds", "must be from 1 to 604800"},
        BadField{"metadata", "[]", "metadata", "must be an object"},
        BadField{"metadata", "{\"a\":" + quoted(16 * 1024) + "}", "metadata",
                 "must have at most 16384 bytes"},
        BadField{"metadata", "{\"a\":1,\"a\":2}", "metadata.a", "appears twice"},
        BadField{"prompt", "\"again\"", "prompt", "appears twice"},
        BadField{"tempo", "120", "tempo", "is not a field of this request"}));

TEST(SubmissionJson, RefusesAMissingOrEmptyOrOverlongPrompt) {
  EXPECT_EQ(read("{}").error().message, "prompt is required");
  EXPECT_EQ(read("{}").error().param, "prompt");
  EXPECT_EQ(read(R"({"prompt":" \n"})").error().param, "prompt");
  EXPECT_EQ(read("{\"prompt\":" + quoted(4'101) + "}").error().param, "prompt");
  std::string umlauts;
  for (int i = 0; i < 4'100; ++i) umlauts += "ü";
  EXPECT_TRUE(read("{\"prompt\":\"" + umlauts + "\"}"));
}

TEST(JsonText, SaysAtWhichByteTheTextStopsBeingJson) {
  EXPECT_EQ(parse_json_object(R"({"prompt":"x",})").error().message, "malformed JSON at byte 15, in prompt");
  EXPECT_EQ(parse_json_object(R"({"prompt":"x")").error().message,
            "malformed JSON at byte 14, in prompt: the text ends too early");
  EXPECT_THAT(parse_json_object("").error().message, HasSubstr("malformed JSON at byte 1"));
  EXPECT_THAT(parse_json_object("{} {}").error().message, HasSubstr("malformed JSON at byte 4"));
}

TEST(JsonText, RefusesWhatIsNotAnObject) {
  for (const char* text : {"[]", "7", "null", "\"x\""})
    EXPECT_THAT(parse_json_object(text).error().message, HasSubstr("must be a JSON object")) << text;
}

TEST(JsonText, RefusesDeepNestingWithoutRunningOutOfStack) {
  std::string deep = "{\"metadata\":";
  for (int i = 0; i < 100'000; ++i) deep += "[";
  const auto document = parse_json_object(deep);
  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().param, "metadata");
  EXPECT_THAT(document.error().message, HasSubstr("nested deeper than 32"));
}

TEST(IdempotencyKey, IsPrintableAsciiOf255CharactersAtMost) {
  EXPECT_EQ(checked_idempotency_key("order-17"), "order-17");
  EXPECT_TRUE(checked_idempotency_key(std::string(255, 'k')));
  for (const std::string& bad :
       {std::string(), std::string(256, 'k'), std::string("a b"), std::string("ü")}) {
    const auto key = checked_idempotency_key(bad);
    ASSERT_FALSE(key) << bad;
    EXPECT_EQ(key.error().param, "Idempotency-Key");
  }
}

}  // namespace
}  // namespace musicfleet::http
