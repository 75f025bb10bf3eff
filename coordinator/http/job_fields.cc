#include "coordinator/http/job_fields.h"

#include "common/job_spec.h"

#include <algorithm>
#include <array>

namespace musicfleet::http {
namespace {

using Kind = FieldKind;
using L = JobLimits;

constexpr double seconds(std::chrono::milliseconds time) { return static_cast<double>(time.count()) / 1000; }

constexpr std::array<std::string_view, 4> kContainers{"wav", "flac", "mp3", "opus"};
constexpr std::array<std::string_view, 5> kStates{"queued", "leased", "succeeded", "failed", "cancelled"};
constexpr std::array<std::string_view, 6> kStages{"queued",   "conditioning", "denoising",
                                                  "decoding", "encoding",     "uploading"};

constexpr std::array kSampleRates{8000, 16000, 22050, 24000, 32000, 44100, 48000};

// What a job shows of a field that its order may leave out.
constexpr FieldRule shown(FieldRule rule) {
  rule.required = true;
  rule.default_json = {};
  return rule;
}

constexpr FieldRule kFormatType{
    .name = "type", .description = "container and codec", .choices = kContainers, .default_json = R"("wav")"};
constexpr FieldRule kBitRate{
    .name = "bit_rate",
    .kind = Kind::kInteger,
    .description =
        "kbit/s, for mp3 (32, 48, 64, 96, 128, 160, 192, 240, 256, 320; 240 on "
        "average; at most 160 below 32000 Hz and 64 below 16000 Hz) and opus (16 to "
        "256); without it mp3 has 192, or the most that its rate allows, and opus 128",
    .nullable = true,
    .least = 16,
    .most = 320};
constexpr FieldRule kSampleRate{.name = "sample_rate",
                                .kind = Kind::kInteger,
                                .description = "Hz; opus takes 8000, 16000, 24000 and 48000 only",
                                .numbers = kSampleRates,
                                .default_json = "48000"};
constexpr std::array kFormatFields{kFormatType, kBitRate, kSampleRate};
constexpr std::array kJobFormatFields{shown(kFormatType), shown(kBitRate), shown(kSampleRate)};

constexpr TextPattern kNotBlank{
    R"([^ \t\r\n])",
    [](std::string_view text) { return text.find_first_not_of(" \t\r\n") != std::string_view::npos; },
    "must not be empty"};
constexpr TextPattern kPrintableKey{"^[!-~]{1,255}$",
                                    [](std::string_view text) {
                                      const auto printable = [](char c) { return c >= '!' && c <= '~'; };
                                      return !text.empty() && text.size() <= 255 &&
                                             std::all_of(text.begin(), text.end(), printable);
                                    },
                                    "must have 1 to 255 printable ASCII characters"};

// What a song should be: the same in a submission and in the job that it made.
constexpr FieldRule kPrompt{
    .name = "prompt",
    .description = "what the music should sound like: genre, mood, instruments, voice",
    .required = true,
    .most_characters = L::kMaxPromptCharacters,
    .pattern = &kNotBlank,
    .example_json = R"("lo-fi chill, soft piano, ambient")"};
constexpr FieldRule kTitle{
    .name = "title",
    .description = "one line for the file's tags, of no influence on the music; empty: none",
    .most_characters = L::kMaxTitleCharacters,
    .default_json = R"("")"};
constexpr FieldRule kLyrics{.name = "lyrics",
                            .description = "what is sung, with marks such as [verse] and [chorus]",
                            .most_characters = L::kMaxLyricsCharacters,
                            .default_json = R"("")"};
constexpr FieldRule kDuration{.name = "duration_seconds",
                              .kind = Kind::kNumber,
                              .description = "length of the song, to the millisecond",
                              .least = seconds(L::kMinDuration),
                              .most = seconds(L::kMaxDuration),
                              .default_json = "30"};
constexpr FieldRule kSeed{.name = "seed",
                          .kind = Kind::kInteger,
                          .description =
                              "the same seed and input give the same song; without one it is drawn, "
                              "and the job shows it",
                          .nullable = true,
                          .least = 0,
                          .most = static_cast<double>(L::kMaxSeed)};
constexpr FieldRule kBpm{.name = "bpm",
                         .kind = Kind::kInteger,
                         .description = "beats a minute; without it the model chooses",
                         .nullable = true,
                         .least = L::kMinBpm,
                         .most = L::kMaxBpm};
constexpr FieldRule kKeyScale{.name = "key_scale",
                              .description = "e.g. \"C major\"; empty: the model chooses",
                              .most_characters = L::kMaxNameCharacters,
                              .default_json = R"("")"};
constexpr FieldRule kTimeSignature{.name = "time_signature",
                                   .description = "beats a bar, e.g. \"4\"; empty: the model chooses",
                                   .most_characters = L::kMaxNameCharacters,
                                   .default_json = R"("")"};
constexpr FieldRule kVocalLanguage{.name = "vocal_language",
                                   .description = "code of the language that is sung, e.g. \"en\"",
                                   .most_characters = L::kMaxNameCharacters,
                                   .default_json = R"("en")"};
constexpr FieldRule kInstrumental{
    .name = "instrumental", .kind = Kind::kBoolean, .description = "no voice", .default_json = "false"};
constexpr FieldRule kModel{.name = "model",
                           .description = "name of a model of the fleet; empty: any",
                           .most_characters = L::kMaxNameCharacters,
                           .default_json = R"("")"};
constexpr FieldRule kSteps{.name = "steps",
                           .kind = Kind::kInteger,
                           .description = "solver steps; without it what the checkpoint recommends",
                           .nullable = true,
                           .least = L::kMinSteps,
                           .most = L::kMaxSteps};
constexpr FieldRule kShift{
    .name = "shift",
    .kind = Kind::kNumber,
    .description = "of the timestep schedule; without it what the checkpoint recommends",
    .nullable = true,
    .least = L::kMinShift,
    .most = L::kMaxShift};
constexpr FieldRule kFormat{.name = "format",
                            .kind = Kind::kObject,
                            .description = "how the song's file is encoded",
                            .members = kFormatFields};
constexpr FieldRule kPriority{.name = "priority",
                              .kind = Kind::kInteger,
                              .description = "higher goes first among the jobs of one tenant",
                              .least = -10,
                              .most = 10,
                              .default_json = "0"};
constexpr FieldRule kMetadata{.name = "metadata",
                              .kind = Kind::kObject,
                              .description = "the caller's own, at most 16 KiB; given back as it came",
                              .default_json = "{}"};

constexpr std::array kSubmissionFields{kPrompt,
                                       kTitle,
                                       kLyrics,
                                       kDuration,
                                       kSeed,
                                       kBpm,
                                       kKeyScale,
                                       kTimeSignature,
                                       kVocalLanguage,
                                       kInstrumental,
                                       kModel,
                                       kSteps,
                                       kShift,
                                       kFormat,
                                       kPriority,
                                       FieldRule{.name = "deadline_seconds",
                                                 .kind = Kind::kNumber,
                                                 .description = "from now; the song is wanted by then",
                                                 .nullable = true,
                                                 .least = 1,
                                                 .most = 7 * 24 * 3600},
                                       kMetadata};

constexpr std::array kProgressFields{
    FieldRule{.name = "stage", .description = "what is being done", .required = true, .choices = kStages},
    FieldRule{.name = "step", .kind = Kind::kInteger, .description = "solver steps done", .required = true},
    FieldRule{.name = "steps",
              .kind = Kind::kInteger,
              .description = "of so many; 0: not known yet",
              .required = true},
    FieldRule{.name = "predicted_finish",
              .description = "of the solver steps",
              .required = true,
              .nullable = true,
              .format = "date-time"}};

constexpr std::array kErrorFields{
    FieldRule{.name = "code", .description = "the machine's name, e.g. \"out_of_memory\"", .required = true},
    FieldRule{.name = "message", .description = "a sentence", .required = true},
    FieldRule{.name = "param", .description = "the field at fault", .required = true, .nullable = true}};

constexpr std::array kAudioFields{
    FieldRule{.name = "url", .description = "where the file is", .required = true},
    FieldRule{.name = "size_bytes", .kind = Kind::kInteger, .required = true},
    FieldRule{.name = "sha256", .description = "of the file, hexadecimal", .required = true},
    FieldRule{.name = "media_type", .required = true},
    FieldRule{.name = "duration_seconds", .kind = Kind::kNumber, .required = true},
    FieldRule{.name = "sample_rate", .kind = Kind::kInteger, .description = "Hz", .required = true},
    FieldRule{.name = "channels", .kind = Kind::kInteger, .required = true},
    FieldRule{.name = "loudness_lufs",
              .kind = Kind::kNumber,
              .description = "integrated loudness (EBU R 128); null for silence",
              .required = true,
              .nullable = true},
    FieldRule{.name = "true_peak_dbtp",
              .kind = Kind::kNumber,
              .description = "null for silence",
              .required = true,
              .nullable = true},
    FieldRule{.name = "model", .description = "that made it", .required = true},
    FieldRule{.name = "generate_seconds", .kind = Kind::kNumber, .required = true},
    FieldRule{.name = "encode_seconds", .kind = Kind::kNumber, .required = true},
    FieldRule{.name = "removed_at",
              .description = "since when the file is no longer kept; null while it is",
              .required = true,
              .nullable = true,
              .format = "date-time"}};

constexpr std::array kJobFields{
    FieldRule{.name = "id", .required = true},
    FieldRule{.name = "state", .required = true, .choices = kStates},
    shown(kPrompt),
    shown(kTitle),
    shown(kLyrics),
    shown(kDuration),
    shown(kSeed),
    shown(kBpm),
    shown(kKeyScale),
    shown(kTimeSignature),
    shown(kVocalLanguage),
    shown(kInstrumental),
    shown(kModel),
    shown(kSteps),
    shown(kShift),
    FieldRule{.name = "format", .kind = Kind::kObject, .required = true, .members = kJobFormatFields},
    shown(kPriority),
    FieldRule{.name = "deadline", .required = true, .nullable = true, .format = "date-time"},
    shown(kMetadata),
    FieldRule{
        .name = "created_at", .description = "UTC, milliseconds", .required = true, .format = "date-time"},
    FieldRule{.name = "updated_at", .required = true, .format = "date-time"},
    FieldRule{.name = "started_at",
              .description = "of the current or last attempt",
              .required = true,
              .nullable = true,
              .format = "date-time"},
    FieldRule{.name = "finished_at",
              .description = "set in a final state",
              .required = true,
              .nullable = true,
              .format = "date-time"},
    FieldRule{.name = "epoch",
              .kind = Kind::kInteger,
              .description = "of the current or last lease",
              .required = true},
    FieldRule{.name = "attempts", .kind = Kind::kInteger, .required = true},
    FieldRule{.name = "worker", .description = "that has or last had it", .required = true, .nullable = true},
    FieldRule{.name = "cancel_requested", .kind = Kind::kBoolean, .required = true},
    FieldRule{.name = "progress", .kind = Kind::kObject, .required = true, .members = kProgressFields},
    FieldRule{.name = "error",
              .kind = Kind::kObject,
              .description = "why it failed",
              .required = true,
              .nullable = true,
              .members = kErrorFields},
    FieldRule{.name = "warnings", .kind = Kind::kStringList, .required = true},
    FieldRule{.name = "audio",
              .kind = Kind::kObject,
              .description = "the song, once the job has succeeded",
              .required = true,
              .nullable = true,
              .members = kAudioFields}};

constexpr std::array kListParameters{
    FieldRule{.name = "state", .description = "only jobs in this state", .choices = kStates},
    FieldRule{.name = "cursor", .description = "next_cursor of the page before", .most_characters = 256},
    FieldRule{.name = "limit",
              .kind = Kind::kInteger,
              .description = "jobs on a page",
              .least = 1,
              .most = 200,
              .default_json = "50"}};

constexpr FieldRule kNextCursor{
    .name = "next_cursor", .description = "null on the last page", .required = true, .nullable = true};
constexpr std::array kPageFields{
    FieldRule{
        .name = "jobs", .kind = Kind::kObjectList, .required = true, .members = kJobFields, .schema = "Job"},
    kNextCursor};

constexpr FieldRule kTenant{.name = "tenant", .required = true};
constexpr FieldRule kDead{.name = "dead",
                          .kind = Kind::kBoolean,
                          .description = "it has used up its attempts and waits for an operator",
                          .required = true};
constexpr auto kAdminListParameters = [] {
  std::array<FieldRule, kListParameters.size() + 1> parameters{};
  std::copy(kListParameters.begin(), kListParameters.end(), parameters.begin());
  parameters.back() = {.name = "dead",
                       .kind = Kind::kBoolean,
                       .description = "only jobs that have used up their attempts; without state",
                       .default_json = "false"};
  return parameters;
}();
constexpr auto kAdminJobFields = [] {
  std::array<FieldRule, kJobFields.size() + 2> fields{};
  std::copy(kJobFields.begin(), kJobFields.end(), fields.begin());
  fields[kJobFields.size()] = kTenant;
  fields.back() = kDead;
  return fields;
}();
constexpr std::array kAdminPageFields{FieldRule{.name = "jobs",
                                                .kind = Kind::kObjectList,
                                                .required = true,
                                                .members = kAdminJobFields,
                                                .schema = "AdminJob"},
                                      kNextCursor};

constexpr std::array kSubmissionHeaders{
    FieldRule{.name = "Idempotency-Key",
              .description = "for 24 hours the same key and body bytes give the same job",
              .pattern = &kPrintableKey,
              .example_json = R"("order-4711")"}};

constexpr std::array kWaitParameters{FieldRule{.name = "wait",
                                               .kind = Kind::kNumber,
                                               .description = "seconds to wait for a final state",
                                               .least = 0,
                                               .most = 60,
                                               .default_json = "0"}};

}  // namespace

std::span<const FieldRule> submission_fields() { return kSubmissionFields; }
std::span<const FieldRule> job_fields() { return kJobFields; }
JsonSchema submission_schema() { return {"Submission", kSubmissionFields}; }
std::span<const FieldRule> submission_headers() { return kSubmissionHeaders; }
JsonSchema job_schema() { return {"Job", kJobFields}; }
JsonSchema admin_job_schema() { return {"AdminJob", kAdminJobFields}; }
JsonSchema job_page_schema() { return {"JobPage", kPageFields}; }
JsonSchema admin_job_page_schema() { return {"AdminJobPage", kAdminPageFields}; }
std::span<const FieldRule> job_list_parameters() { return kListParameters; }
std::span<const FieldRule> admin_job_list_parameters() { return kAdminListParameters; }
std::span<const FieldRule> job_wait_parameters() { return kWaitParameters; }

}  // namespace musicfleet::http
