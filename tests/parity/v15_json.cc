#include "tests/parity/v15.h"
#include "worker/ace_v15/pipeline.h"
#include "worker/ace_v15/prompts.h"
#include "worker/ace_v15/token_batch.h"
#include "worker/sampling/schedule.h"

#include <ATen/ops/tensor.h>
#include <nlohmann/json.hpp>

namespace musicfleet::parity::v15 {
namespace {

using nlohmann::json;
using Ids = std::vector<std::int64_t>;

constexpr Tolerance kTimes{1e-7, Measure::kAbsolute};
constexpr std::size_t kNoLimit = 1'000'000;

Result<> tokenizer_stage(const GoldenFolder& golden, const BpeTokenizer& tokenizer, Report& report) {
  int wrong = 0, all = 0;
  for (const json& entry : MF_TRY(golden.json("tokenizer_cases"))) {
    const auto text = entry.at("text").get<std::string>();
    const auto whole = tokenizer.encode(text, kNoLimit), content = tokenizer.encode_content(text, kNoLimit);
    const bool right = whole && content && whole->ids == entry.at("ids").get<Ids>() &&
                       content->ids == entry.at("ids_no_special").get<Ids>();
    wrong += right ? 0 : 1;
    ++all;
  }
  report.count("tokenizer_cases/ids", wrong, all);
  return {};
}

ace_v15::TextPrompt prompt_of(const json& input) {
  ace_v15::TextPrompt prompt;
  prompt.caption = input.at("prompt").get<std::string>();
  const auto text = [&](const char* key) {
    return input.contains(key) && input[key].is_string() ? input[key].get<std::string>() : "";
  };
  if (!text("instruction").empty()) prompt.instruction = text("instruction");
  if (input.contains("bpm") && input["bpm"].is_number()) prompt.bpm = input["bpm"].get<int>();
  prompt.key_scale = text("keyscale");
  prompt.time_signature = text("timesignature");
  const bool timed = input.contains("audio_duration") && input["audio_duration"].is_number();
  const double seconds = timed ? input["audio_duration"].get<double>() : 60.0;
  prompt.duration = std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
  return prompt;
}

Result<> prompt_stages(const GoldenFolder& golden, const BpeTokenizer& tokenizer, Report& report) {
  const json file = MF_TRY(golden.json("prompts"));
  const auto max_text = file.at("max_text_length").get<std::size_t>(),
             max_lyric = file.at("max_lyric_length").get<std::size_t>();
  int wrong_strings = 0, wrong_ids = 0, all = 0;
  for (const json& entry : file.at("cases")) {
    const json& input = entry.at("input");
    const std::string text = ace_v15::text_prompt(prompt_of(input));
    const std::string lyric =
        ace_v15::lyric_prompt(input.value("vocal_language", "en"), input.at("lyrics").get<std::string>());
    const bool same_strings =
        text == entry.at("text").get<std::string>() && lyric == entry.at("lyric").get<std::string>();
    const auto text_ids = tokenizer.encode(text, max_text), lyric_ids = tokenizer.encode(lyric, max_lyric);
    const bool same_ids = text_ids && lyric_ids && text_ids->ids == entry.at("text_ids").get<Ids>() &&
                          lyric_ids->ids == entry.at("lyric_ids").get<Ids>();
    wrong_strings += same_strings ? 0 : 1;
    wrong_ids += same_ids ? 0 : 1;
    ++all;
  }
  report.count("prompts/strings", wrong_strings, all);
  report.count("prompts/ids", wrong_ids, all);
  return {};
}

Result<> schedule_stage(const GoldenFolder& golden, Report& report) {
  for (const json& entry : MF_TRY(golden.json("schedule"))) {
    const sampling::Schedule schedule =
        sampling::shifted_schedule(entry.at("steps").get<int>(), entry.at("shift").get<double>());
    const auto sigmas = entry.at("sigmas").get<std::vector<float>>();
    report.compare("schedule/sigmas", at::tensor(schedule.sigmas), at::tensor(sigmas), kTimes);
  }
  return {};
}

Result<> instruction_stage(const GoldenFolder& golden, Report& report) {
  int wrong = 0, all = 0;
  for (const json& entry : MF_TRY(golden.json("instructions"))) {
    const auto task = ace_v15::task_of(entry.at("task").get<std::string>());
    if (!task) continue;  // a name that no caller can pass
    ace_v15::TaskObject object;
    if (entry.at("track").is_string()) object.track = entry["track"].get<std::string>();
    if (entry.at("classes").is_array()) object.classes = entry["classes"].get<std::vector<std::string>>();
    wrong += ace_v15::instruction_of(*task, object) == entry.at("instruction").get<std::string>() ? 0 : 1;
    ++all;
  }
  report.count("instructions/strings", wrong, all);
  return {};
}

}  // namespace

Result<> run_json_stages(const GoldenFolder& golden, Report& report) {
  const ace_v15::Tokenization tokenization =
      MF_TRY(ace_v15::Tokenization::load(golden.checkpoint_of("tokenizer_cases") / "tokenizer"));
  if (golden.has_json("tokenizer_cases")) MF_CHECK(tokenizer_stage(golden, tokenization.tokenizer(), report));
  if (golden.has_json("prompts")) MF_CHECK(prompt_stages(golden, tokenization.tokenizer(), report));
  if (golden.has_json("schedule")) MF_CHECK(schedule_stage(golden, report));
  if (golden.has_json("instructions")) MF_CHECK(instruction_stage(golden, report));
  if (golden.has_json("chunk_masks")) report.absent("chunk_masks/window");
  report.flush();
  return {};
}

}  // namespace musicfleet::parity::v15
