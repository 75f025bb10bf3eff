#include "coordinator/elevenlabs/music_fields.h"

#include "common/job_spec.h"
#include "coordinator/elevenlabs/music_model.h"
#include "coordinator/elevenlabs/output_format.h"

#include <array>

namespace musicfleet::elevenlabs {
namespace {

using http::FieldRule;
using Kind = http::FieldKind;

constexpr std::array<std::string_view, 3> kModelIds{"music_v1", "music_v2", "music_v2_5"};
constexpr std::array<std::string_view, 1> kGenerationModes{"track"};
constexpr std::array<std::string_view, 3> kAdherence{"low", "medium", "high"};

constexpr FieldRule styles(std::string_view name, std::string_view description, bool required) {
  return {.name = name,
          .kind = Kind::kStringList,
          .description = description,
          .required = required,
          .nullable = !required,
          .most_items = kMostStyles};
}
constexpr FieldRule kSectionDuration{.name = "duration_ms",
                                     .kind = Kind::kInteger,
                                     .required = true,
                                     .least = kLeastSectionMs,
                                     .most = kMostSectionMs};
constexpr std::array kSectionFields{FieldRule{.name = "section_name",
                                              .description = "becomes a structure tag of the lyrics",
                                              .required = true,
                                              .least_characters = 1,
                                              .most_characters = 100},
                                    styles("positive_local_styles", "join the structure tag", true),
                                    styles("negative_local_styles", "join it too, each behind \"no\"", true),
                                    kSectionDuration,
                                    FieldRule{.name = "lines",
                                              .kind = Kind::kStringList,
                                              .description = "what is sung",
                                              .required = true,
                                              .most_characters = kMostLineCharacters,
                                              .most_items = kMostLines}};
constexpr std::array kSectionsPlanFields{
    styles("positive_global_styles", "make the caption", true),
    styles("negative_global_styles", "join it, each behind \"no\"", true),
    FieldRule{.name = "sections",
              .kind = Kind::kObjectList,
              .required = true,
              .least_items = 1,
              .most_items = kMostSections,
              .members = kSectionFields,
              .schema = "PlanSection"}};
constexpr std::array kChunkFields{
    FieldRule{.name = "text", .description = "\"[Verse 1]\" and lines that are sung", .required = true},
    kSectionDuration, styles("positive_styles", "", true), styles("negative_styles", "", false),
    FieldRule{.name = "context_adherence",
              .description = "of no influence here",
              .nullable = true,
              .choices = kAdherence}};
constexpr std::array kChunksPlanFields{FieldRule{.name = "chunks",
                                                 .kind = Kind::kObjectList,
                                                 .required = true,
                                                 .least_items = 1,
                                                 .most_items = kMostSections,
                                                 .members = kChunkFields,
                                                 .schema = "PlanChunk"}};

// What may stand in an answer that is one plan or the other.
constexpr FieldRule optional(FieldRule rule) {
  rule.required = false;
  return rule;
}
constexpr std::array kPlanFields{optional(kSectionsPlanFields[0]), optional(kSectionsPlanFields[1]),
                                 optional(kSectionsPlanFields[2]), optional(kChunksPlanFields[0])};

constexpr FieldRule kPrompt{.name = "prompt",
                            .description =
                                "what the music should sound like; lines below a mark such as "
                                "[Verse] are sung",
                            .nullable = true,
                            .least_characters = 1,
                            .most_characters = kMostPromptCharacters,
                            .example_json = R"("a calm folk song about rain, fingerpicked guitar")"};
constexpr FieldRule kLength{.name = "music_length_ms",
                            .kind = Kind::kInteger,
                            .description = "with a prompt only; without it the coordinator chooses",
                            .nullable = true,
                            .least = kLeastLengthMs,
                            .most = kMostLengthMs};
constexpr FieldRule kModelId{
    .name = "model_id",
    .description = "stands for a model of the fleet, by the coordinator's configuration",
    .nullable = true,
    .choices = kModelIds,
    .default_json = R"("music_v1")"};
constexpr FieldRule flag(std::string_view name, std::string_view description) {
  return {.name = name, .kind = Kind::kBoolean, .description = description, .nullable = true};
}
constexpr std::array kComposeFields{
    kPrompt,
    FieldRule{.name = "composition_plan",
              .kind = Kind::kObject,
              .description = "instead of a prompt: of sections for music_v1, of chunks for later models",
              .nullable = true},
    FieldRule{.name = "music_prompt",
              .kind = Kind::kObject,
              .description = "composition_plan by its older name",
              .nullable = true},
    kLength,
    kModelId,
    FieldRule{.name = "seed",
              .kind = Kind::kInteger,
              .description = "with a plan only",
              .nullable = true,
              .least = 0,
              .most = static_cast<double>(JobLimits::kMaxSeed)},
    flag("force_instrumental", "with a prompt only: nobody sings"),
    FieldRule{.name = "lyrics_text",
              .description = "with a prompt only: what is sung",
              .nullable = true,
              .most_characters = kMostLyricsCharacters},
    flag("respect_sections_durations", "of no influence: the length is always the sum of the plan"),
    flag("store_for_inpainting", "of no influence: songs are kept as long as the operator's retention says"),
    flag("sign_with_c2pa", "true is refused: files say how they were made in their tags instead"),
    FieldRule{.name = "finetune_id", .description = "refused: there are no finetunes", .nullable = true},
    FieldRule{.name = "generation_mode", .nullable = true, .choices = kGenerationModes}};
constexpr FieldRule kTimestamps =
    flag("with_timestamps", "adds words_timestamps, which is empty: when a word is sung is not known here");
constexpr FieldRule kWaveform = flag("with_waveform_visual", "adds waveform_visual: four numbers a second");

constexpr auto kDetailedFields = [] {
  std::array<FieldRule, kComposeFields.size() + 2> fields{};
  for (std::size_t i = 0; i < kComposeFields.size(); ++i) fields[i] = kComposeFields[i];
  fields[kComposeFields.size()] = kTimestamps;
  fields[kComposeFields.size() + 1] = kWaveform;
  return fields;
}();

constexpr FieldRule needed(FieldRule rule) {
  rule.required = true;
  rule.nullable = false;
  return rule;
}
constexpr std::array kPlanRequestFields{
    needed(kPrompt), kLength,
    FieldRule{.name = "source_composition_plan",
              .kind = Kind::kObject,
              .description = "a plan to change: the prompt's styles come before its own",
              .nullable = true},
    kModelId};

}  // namespace

http::JsonSchema compose_schema() { return {"ComposeRequest", kComposeFields, true}; }
http::JsonSchema detailed_schema() { return {"DetailedComposeRequest", kDetailedFields, true}; }
http::JsonSchema plan_request_schema() { return {"PlanRequest", kPlanRequestFields, true}; }
std::span<const FieldRule> sections_plan_fields() { return kSectionsPlanFields; }
std::span<const FieldRule> chunks_plan_fields() { return kChunksPlanFields; }
http::JsonSchema plan_schema() { return {"CompositionPlan", kPlanFields}; }

std::span<const FieldRule> compose_parameters() {
  static const std::array kParameters{
      FieldRule{.name = "output_format",
                .description = "pcm_* is 16-bit samples without a header, two channels; ulaw_8000 and "
                               "alaw_8000 are one channel",
                .choices = output_format_names(),
                .default_json = R"("auto")"},
      FieldRule{.name = "enable_logging", .description = "of no influence"}};
  return kParameters;
}

std::span<const FieldRule> concurrency_headers() {
  static constexpr std::array kHeaders{
      FieldRule{.name = "current-concurrent-requests",
                .description = "songs that this tenant waits for, with this one",
                .required = true},
      FieldRule{.name = "maximum-concurrent-requests", .description = "that it may", .required = true}};
  return kHeaders;
}

std::span<const FieldRule> song_headers() {
  static constexpr std::array kHeaders{
      FieldRule{.name = "song-id", .description = "the job of the song", .required = true},
      FieldRule{.name = "current-concurrent-requests",
                .description = "songs that this tenant waits for, with this one",
                .required = true},
      FieldRule{.name = "maximum-concurrent-requests", .description = "that it may", .required = true}};
  return kHeaders;
}

}  // namespace musicfleet::elevenlabs
