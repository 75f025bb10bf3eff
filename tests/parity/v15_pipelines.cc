#include "tests/parity/v15.h"
#include "tests/parity/v15_prompts.h"
#include "worker/ace_v15/pipeline.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <nlohmann/json.hpp>

namespace musicfleet::parity::v15 {
namespace {

using nlohmann::json;

// Eight bits through all solver steps and guidance.
constexpr double kBf16Song = 0.5;
constexpr Tolerance kLatents{2e-5, Measure::kRelative, kBf16Song};
constexpr Tolerance kAudio{5e-5, Measure::kAbsolute, kBf16Song};
constexpr Tolerance kInputs{1e-5, Measure::kRelative};
constexpr Tolerance kTimes{1e-7, Measure::kAbsolute};
// diffusers' defaults of a call.
constexpr int kSteps = 8;
constexpr double kShift = 3.0, kGuidanceScale = 7.0;

sampling::Schedule schedule_of(const json& arguments) {
  if (arguments.contains("timesteps"))
    return sampling::custom_schedule(arguments["timesteps"].get<std::vector<float>>());
  return sampling::shifted_schedule(arguments.value("num_inference_steps", kSteps),
                                    arguments.value("shift", kShift));
}

ace_v15::Guidance guidance_of(const json& arguments, bool is_turbo) {
  if (is_turbo) return {};
  return {.scale = arguments.value("guidance_scale", kGuidanceScale),
          .interval_start = arguments.value("cfg_interval_start", 0.0),
          .interval_end = arguments.value("cfg_interval_end", 1.0)};
}

// The reference's first forward: with guidance the conditional batch, then the unconditional one.
at::Tensor first_velocity(const ace_v15::Pipeline& pipeline, const at::Tensor& conditions,
                          const at::Tensor& context, const at::Tensor& noise, float t, std::int64_t rows) {
  const ace_v15::Transformer& transformer = pipeline.networks().transformer;
  const at::Tensor time = at::full({1}, t, noise.options());
  const at::Tensor conditional = transformer.velocity(transformer.prepare(conditions, context), noise, time);
  if (rows == noise.size(0)) return conditional;
  const at::Tensor null = pipeline.networks().condition_encoder.null_condition().expand_as(conditions);
  return at::cat({conditional, transformer.velocity(transformer.prepare(null, context), noise, time)});
}

Result<> text_to_music(const GoldenFolder& golden, const GoldenFile& file, const json& arguments,
                       const Target& target, Report& report) {
  const auto pipeline =
      MF_TRY(ace_v15::Pipeline::load(golden.checkpoint_of(file.stem()), target.device, target.type));
  const std::vector<ace_v15::PromptTexts> prompts = prompts_of(arguments);
  const auto batch = static_cast<std::int64_t>(prompts.size());
  const at::Tensor noise = target.to(file["noise"]);
  const std::int64_t frames = pipeline->frames_of(
      std::chrono::milliseconds(std::lround(arguments.at("audio_duration").get<double>() * 1000)));
  if (frames != noise.size(1))
    return fail(ErrorCode::kInternal, "made ", frames, " frames, the reference ", noise.size(1));

  const sampling::Schedule schedule = schedule_of(arguments);
  const std::vector<float> timesteps(schedule.sigmas.begin(), schedule.sigmas.end() - 1);
  report.compare(file.stage("sigmas"), at::tensor(schedule.sigmas), file["sigmas"], kTimes);
  report.compare(file.stage("timesteps"), at::tensor(timesteps), file["timesteps"], kTimes);

  const at::Tensor conditions = MF_TRY(pipeline->condition(prompts)).hidden;
  report.compare(file.stage("encoder_hidden"), conditions, file["encoder_hidden"], kInputs);
  const at::Tensor context = pipeline->silent_context(batch, frames);
  report.compare(file.stage("context_latents"), context, file["context_latents"], kInputs);
  report.compare(
      file.stage("first_v"),
      first_velocity(*pipeline, conditions, context, noise, schedule.sigmas[0], file["first_v"].size(0)),
      file["first_v"], kInputs);

  std::vector<at::Tensor> steps;
  const at::Tensor latents =
      pipeline->denoise(conditions, context, noise, schedule, guidance_of(arguments, pipeline->is_turbo()),
                        [&](int, const at::Tensor& x) {
                          steps.push_back(x);
                          return true;
                        });
  report.compare(file.stage("latents_steps"), at::stack(steps), file["latents_steps"], kLatents);
  report.compare(file.stage("latents_final"), latents, file["latents_final"], kLatents);
  if (file.has("audio")) {
    const at::Tensor samples = pipeline->decode(latents, std::nullopt, [](int, int) { return true; });
    report.compare(file.stage("audio"), ace_v15::peak_normalised(samples), file["audio"], kAudio);
  }
  return {};
}

}  // namespace

Result<bool> run_pipeline_stage(const GoldenFolder& golden, const GoldenFile& file, const Target& target,
                                Report& report) {
  const json cases = MF_TRY(golden.json("cases"));
  const std::string key = file.stem() + ".safetensors";
  if (!cases.contains(key)) return false;
  const json& arguments = cases[key];
  if (arguments.value("task_type", "text2music") != "text2music" || arguments.contains("audio_codes"))
    return false;
  if (const Result<> done = text_to_music(golden, file, arguments, target, report); !done)
    report.broken(file.stage("load"), done.error().message);
  return true;
}

}  // namespace musicfleet::parity::v15
