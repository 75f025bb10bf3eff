#include "coordinator/elevenlabs/plan_json.h"

#include "common/job_spec.h"
#include "coordinator/elevenlabs/music_fields.h"
#include "coordinator/elevenlabs/song_text.h"

namespace musicfleet::elevenlabs {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

std::vector<std::string> texts(const json& object, const char* name) {
  const json* list = find_member(object, name);
  return list ? list->get<std::vector<std::string>>() : std::vector<std::string>();
}

milliseconds duration_of(const json& section) {
  return milliseconds(static_cast<std::int64_t>(section.at("duration_ms").get<double>()));
}

Section section_from(const json& object) {
  return {.name = object.at("section_name").get<std::string>(),
          .positive_styles = texts(object, "positive_local_styles"),
          .negative_styles = texts(object, "negative_local_styles"),
          .duration = duration_of(object),
          .lines = texts(object, "lines")};
}

Section section_of_chunk(const json& chunk) {
  std::vector<Section> parsed = sections_in(chunk.at("text").get_ref<const std::string&>());
  Section section;
  // Further marks in the text stay lines of the chunk, which the model reads as such.
  for (Section& part : parsed) {
    if (section.name.empty() && section.lines.empty())
      section.name = std::move(part.name);
    else if (!part.name.empty())
      section.lines.push_back(concat('[', part.name, ']'));
    for (std::string& line : part.lines) section.lines.push_back(std::move(line));
  }
  section.positive_styles = texts(chunk, "positive_styles");
  section.negative_styles = texts(chunk, "negative_styles");
  section.duration = duration_of(chunk);
  return section;
}

json inside(json location, json step) {
  location.push_back(std::move(step));
  return location;
}

// Parts that are to come from songs that exist already.
void refuse_sources(const json& parts, const json& location, FieldProblems& problems) {
  for (std::size_t i = 0; i < parts.size(); ++i)
    for (const char* name : {"source_from", "conditioning_ref", "song_id"})
      if (parts[i].is_object() && find_member(parts[i], name))
        problems.push_back(value_problem(inside(inside(location, i), name),
                                         "This server makes songs from text only, not from other songs"));
}

void check_chunk_lines(const Section& section, const json& location, FieldProblems& problems) {
  if (section.lines.size() > kMostLines)
    problems.push_back(value_problem(location, concat("Text should have at most ", kMostLines, " lines")));
  for (const std::string& line : section.lines)
    if (utf8_length(line) > kMostLineCharacters)
      return problems.push_back(value_problem(
          location, concat("Lines of the text should have at most ", kMostLineCharacters, " characters")));
}

}  // namespace

Checked<Plan> plan_from(const json& value, Generation generation, const json& location) {
  const auto refused = [&](std::string message) {
    return tl::unexpected(FieldProblems{value_problem(location, std::move(message))});
  };
  if (!value.is_object())
    return tl::unexpected(FieldProblems{{location, "Input should be a valid dictionary", "dict_type"}});
  const bool first = generation == Generation::kV1;
  if (first && value.contains("chunks"))
    return refused("A plan of chunks needs model_id music_v2 or music_v2_5");
  if (!first && value.contains("sections")) return refused("A plan of sections needs model_id music_v1");

  const char* parts = first ? "sections" : "chunks";
  FieldProblems problems;
  if (const json* list = find_member(value, parts); list && list->is_array())
    refuse_sources(*list, inside(location, parts), problems);
  if (problems.empty())
    check_members(first ? sections_plan_fields() : chunks_plan_fields(), value, location, problems);
  if (!problems.empty()) return tl::unexpected(std::move(problems));

  Plan plan{.generation = generation};
  plan.positive_styles = texts(value, "positive_global_styles");
  plan.negative_styles = texts(value, "negative_global_styles");
  for (const json& part : value.at(parts)) {
    plan.sections.push_back(first ? section_from(part) : section_of_chunk(part));
    if (!first)
      check_chunk_lines(plan.sections.back(),
                        inside(inside(inside(location, parts), plan.sections.size() - 1), "text"), problems);
  }
  if (length_of(plan) > milliseconds(kMostLengthMs))
    problems.push_back(value_problem(
        inside(location, parts),
        concat("The plan lasts ", length_of(plan).count(), " ms, at most ", kMostLengthMs, " can be made")));
  if (!problems.empty()) return tl::unexpected(std::move(problems));
  return plan;
}

ordered_json to_json(const Plan& plan) {
  ordered_json parts = ordered_json::array();
  for (const Section& section : plan.sections) {
    if (plan.generation == Generation::kV1)
      parts.push_back({{"section_name", section.name},
                       {"positive_local_styles", section.positive_styles},
                       {"negative_local_styles", section.negative_styles},
                       {"duration_ms", section.duration.count()},
                       {"lines", section.lines}});
    else
      parts.push_back({{"text", text_of(section)},
                       {"duration_ms", section.duration.count()},
                       {"positive_styles", section.positive_styles},
                       {"negative_styles", section.negative_styles}});
  }
  if (plan.generation == Generation::kV2) return {{"chunks", std::move(parts)}};
  return {{"positive_global_styles", plan.positive_styles},
          {"negative_global_styles", plan.negative_styles},
          {"sections", std::move(parts)}};
}

}  // namespace musicfleet::elevenlabs
