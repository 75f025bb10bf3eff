#include "coordinator/elevenlabs/compose_order.h"

#include "coordinator/elevenlabs/music_fields.h"
#include "coordinator/elevenlabs/plan_json.h"
#include "coordinator/elevenlabs/plan_writer.h"
#include "coordinator/elevenlabs/song_text.h"

#include <algorithm>

namespace musicfleet::elevenlabs {
namespace {

using nlohmann::json;

json body_at(std::string_view name) { return json::array({"body", name}); }

bool is_true(const json& body, const char* name) {
  const json* member = find_member(body, name);
  return member && member->is_boolean() && member->get<bool>();
}

std::string text_in(const json& body, const char* name) {
  const json* member = find_member(body, name);
  return member && member->is_string() ? member->get<std::string>() : std::string();
}

std::optional<milliseconds> length_in(const json& body) {
  const json* length = find_member(body, "music_length_ms");
  if (!length) return std::nullopt;
  return milliseconds(static_cast<std::int64_t>(length->get<double>()));
}

Generation generation_in(const json& body) {
  const json* id = find_member(body, "model_id");
  return generation_of(id ? id->get<std::string>() : kDefaultModelId).value_or(Generation::kV1);
}

// Which fields go together.
void check_combination(const json& body, FieldProblems& problems) {
  const auto refuse = [&](const char* name, const char* message) {
    problems.push_back(value_problem(body_at(name), message));
  };
  const bool prompt = find_member(body, "prompt");
  const bool plan = find_member(body, "composition_plan"), older = find_member(body, "music_prompt");
  if (prompt && (plan || older)) refuse("prompt", "Give either prompt or composition_plan, not both");
  if (!prompt && !plan && !older) refuse("prompt", "Give either prompt or composition_plan");
  if (plan && older) refuse("music_prompt", "is the older name of composition_plan: give one of them");
  if (plan || older) {
    if (find_member(body, "music_length_ms"))
      refuse("music_length_ms",
             "cannot be used with a composition plan, whose sections say how long they are");
    if (is_true(body, "force_instrumental"))
      refuse("force_instrumental", "can only be used with a prompt; leave the plan's lines empty");
    if (find_member(body, "lyrics_text"))
      refuse("lyrics_text", "can only be used with a prompt; the plan has lines of its own");
  } else if (find_member(body, "seed")) {
    refuse("seed", "cannot be used with a prompt; make a plan of it first");
  }
  if (is_true(body, "force_instrumental") && !text_in(body, "lyrics_text").empty())
    refuse("lyrics_text", "cannot be sung in an instrumental song");
  if (find_member(body, "finetune_id")) refuse("finetune_id", "There are no finetunes on this server");
  if (is_true(body, "sign_with_c2pa")) refuse("sign_with_c2pa", "This server does not sign with C2PA");
}

OutputFormat format_in(const http::Fields& query, Generation generation, FieldProblems& problems) {
  const auto given = std::count_if(query.begin(), query.end(),
                                   [](const http::Field& field) { return field.name == "output_format"; });
  if (given > 1) {
    problems.push_back(value_problem(json::array({"query", "output_format"}), "appears twice in the query"));
    return {};
  }
  const std::string* name = http::find_field(query, "output_format");
  const auto format = output_format_of(name ? *name : "auto", generation);
  if (format) return *format;
  check_member(compose_parameters().front(), *name, json::array({"query", "output_format"}), problems);
  return {};
}

// A prompt that is asked to be without voices keeps its plan's sections, not their lines.
Plan plan_for_prompt(const json& body, Generation generation) {
  std::string prompt = text_in(body, "prompt");
  if (const std::string lyrics = text_in(body, "lyrics_text"); !lyrics.empty()) {
    const bool marked = !sections_in(lyrics).empty() && !sections_in(lyrics).front().name.empty();
    prompt += (marked ? "\n" : "\n[Verse]\n") + lyrics;
  }
  Plan plan = write_plan(prompt, length_in(body).value_or(kChosenLength), generation);
  if (is_true(body, "force_instrumental"))
    for (Section& section : plan.sections) section.lines.clear();
  return plan;
}

// What is above the first mark of the prompt, as the client wrote it.
std::string caption_in(const std::string& prompt) {
  if (sections_in(prompt).empty()) return prompt;
  std::size_t begin = 0;
  while (begin < prompt.size()) {
    const std::size_t end = std::min(prompt.find('\n', begin), prompt.size());
    const auto line = sections_in(std::string_view(prompt).substr(begin, end - begin));
    if (!line.empty() && !line.front().name.empty()) break;
    begin = end + 1;
  }
  const std::string caption = prompt.substr(0, std::min(begin, prompt.size()));
  return caption.find_first_not_of(" \t\r\n") == std::string::npos ? "music" : caption;
}

// Longer than every request of known fields that the model's limits on text let through.
constexpr std::size_t kMostVendorOrderBytes = 256 * 1024;

std::string vendor_order_of(const json& body, const OutputFormat& format) {
  std::string order = json{{"body", body}, {"output_format", format.name}}.dump();
  if (order.size() > kMostVendorOrderBytes) order.clear();
  return order;
}

void fill_spec(ComposeOrder& order, FieldProblems& problems, const char* plan_name) {
  JobSpec& spec = order.spec;
  const bool prompted = !order.prompt.empty();
  spec.prompt = prompted ? caption_in(order.prompt) : caption_of(order.plan);
  spec.duration = length_of(order.plan);
  spec.instrumental = order.instrumental;
  // Of a prompt without lyrics the model is free to choose the structure.
  if (!prompted || is_sung(order.plan)) spec.lyrics = lyrics_of(order.plan);
  spec.format = order.format.stored;
  if (const Result<> valid = validate(spec); !valid)
    problems.push_back(value_problem(
        body_at(prompted ? "prompt" : plan_name),
        concat(prompted ? "The prompt" : "The plan", ", as the model reads it: ", valid.error().message)));
}

}  // namespace

Checked<ComposeOrder> compose_order_from(const json& body, const http::Fields& query,
                                         const LocalModels& models) {
  FieldProblems problems;
  check_members(detailed_schema().fields, body, json::array({"body"}), problems);
  check_combination(body, problems);
  ComposeOrder order;
  const json* id = find_member(body, "model_id");
  const std::string model_id = id && id->is_string() ? id->get<std::string>() : std::string(kDefaultModelId);
  const Generation generation = generation_of(model_id).value_or(Generation::kV1);
  order.format = format_in(query, generation, problems);
  if (!problems.empty()) return tl::unexpected(std::move(problems));

  const char* plan_name = find_member(body, "music_prompt") ? "music_prompt" : "composition_plan";
  if (const json* given = find_member(body, plan_name)) {
    Checked<Plan> plan = plan_from(*given, generation, body_at(plan_name));
    if (!plan) return tl::unexpected(std::move(plan).error());
    order.plan = *std::move(plan);
    order.instrumental = !is_sung(order.plan);
  } else {
    order.prompt = text_in(body, "prompt");
    order.plan = plan_for_prompt(body, generation);
    order.instrumental = is_true(body, "force_instrumental");
  }
  fill_spec(order, problems, plan_name);
  if (!problems.empty()) return tl::unexpected(std::move(problems));
  order.spec.model = local_model(models, model_id);
  if (const json* seed = find_member(body, "seed"))
    order.seed = static_cast<std::uint64_t>(seed->get<double>());
  order.with_timestamps = is_true(body, "with_timestamps");
  order.with_waveform = is_true(body, "with_waveform_visual");
  order.vendor_order = vendor_order_of(body, order.format);
  return order;
}

Checked<PlanOrder> plan_order_from(const json& body) {
  FieldProblems problems;
  check_members(plan_request_schema().fields, body, json::array({"body"}), problems);
  if (!problems.empty()) return tl::unexpected(std::move(problems));
  PlanOrder order{.prompt = text_in(body, "prompt"), .plan = {}};
  const Generation generation = generation_in(body);
  const std::optional<milliseconds> length = length_in(body);
  const json* source = find_member(body, "source_composition_plan");
  if (!source) {
    order.plan = write_plan(order.prompt, length.value_or(kChosenLength), generation);
    return order;
  }
  Checked<Plan> plan = plan_from(*source, generation, body_at("source_composition_plan"));
  if (!plan) return tl::unexpected(std::move(plan).error());
  std::optional<Plan> changed = rewrite_plan(*std::move(plan), order.prompt, length);
  if (!changed)
    return tl::unexpected(FieldProblems{value_problem(
        body_at("music_length_ms"), "The sections of the source plan cannot have this length")});
  order.plan = *std::move(changed);
  return order;
}

}  // namespace musicfleet::elevenlabs
