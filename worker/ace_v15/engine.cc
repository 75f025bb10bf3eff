#include "worker/ace_v15/engine.h"

#include "worker/ace_v15/pipeline.h"
#include "worker/ace_v15/prompts.h"

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <c10/core/InferenceMode.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <exception>
#include <new>
#include <optional>
#include <utility>

namespace musicfleet::ace_v15 {
namespace {

// What upstream recommends for each kind of checkpoint.
struct Recommended {
  int steps;
  double shift;
  double guidance;
};
constexpr Recommended kTurbo{.steps = 8, .shift = 3.0, .guidance = 1.0};
constexpr Recommended kBase{.steps = 50, .shift = 1.0, .guidance = 7.0};

Failure stopped() { return fail(ErrorCode::kCancelled, "the song was cancelled"); }

// Runs `body` and makes errors of what libtorch throws.
template <class Body>
auto guarded(std::string_view doing, Body&& body) -> decltype(body()) {
  try {
    const c10::InferenceMode inference;
    return body();
  } catch (const c10::OutOfMemoryError& error) {
    return fail(ErrorCode::kOutOfMemory, doing, ": ", error.what_without_backtrace());
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::kOutOfMemory, doing, ": out of memory");
  } catch (const c10::Error& error) {
    const std::string what = error.what_without_backtrace();
    // libtorch's CPU allocator reports exhaustion as a plain Error.
    const bool memory = what.find("can't allocate memory") != std::string::npos;
    return fail(memory ? ErrorCode::kOutOfMemory : ErrorCode::kInternal, doing, ": ", what);
  } catch (const std::exception& error) {
    return fail(ErrorCode::kInternal, doing, ": ", error.what());
  }
}

class AceEngine final : public Engine {
 public:
  AceEngine(std::unique_ptr<Pipeline> pipeline, ModelDescription description, std::optional<Tiling> tiling)
      : pipeline_(std::move(pipeline)), description_(std::move(description)), tiling_(tiling) {}

  const ModelDescription& description() const override { return description_; }

  Result<Song> generate(const JobSpec& spec, const std::function<void(const SongProgress&)>& report,
                        std::stop_token stop) override {
    return guarded("making the song", [&] { return make(spec, report, stop); });
  }

 private:
  Result<Song> make(const JobSpec& spec, const std::function<void(const SongProgress&)>& report,
                    const std::stop_token& stop) const {
    if (stop.stop_requested()) return stopped();
    report({.stage = SongStage::kConditioning});
    const Conditions conditions =
        MF_TRY(pipeline_->condition({{.text = text_prompt(text_prompt_of(spec)),
                                      .lyric = lyric_prompt(spec.vocal_language, lyrics_of(spec))}}));

    const Recommended& recommended = pipeline_->is_turbo() ? kTurbo : kBase;
    const sampling::Schedule schedule = sampling::shifted_schedule(spec.steps.value_or(recommended.steps),
                                                                   spec.shift.value_or(recommended.shift));
    const std::int64_t frames = pipeline_->frames_of(spec.duration);
    report({.stage = SongStage::kDenoising, .step = 0, .steps = schedule.steps()});
    const at::Tensor latents = pipeline_->denoise(
        conditions.hidden, pipeline_->silent_context(1, frames), pipeline_->noise(spec.seed, 1, frames),
        schedule, {.scale = recommended.guidance}, [&](int step, const at::Tensor&) {
          report({.stage = SongStage::kDenoising, .step = step, .steps = schedule.steps()});
          return !stop.stop_requested();
        });
    if (!latents.defined()) return stopped();

    const at::Tensor samples = pipeline_->decode(latents, tiling_, [&](int tile, int tiles) {
      report({.stage = SongStage::kDecoding, .step = tile, .steps = tiles});
      return !stop.stop_requested();
    });
    if (!samples.defined()) return stopped();
    return Song{.pcm = pcm_of(peak_normalised(samples), spec.duration), .warnings = warnings_of(conditions)};
  }

  // samples: [1, channels, length], trimmed to the duration.
  Pcm pcm_of(const at::Tensor& samples, std::chrono::milliseconds duration) const {
    Pcm pcm;
    pcm.sample_rate_hz = pipeline_->networks().vae_config.sampling_rate;
    const std::int64_t wanted = duration.count() * pcm.sample_rate_hz / 1000;
    const at::Tensor trimmed =
        samples.select(0, 0).narrow(1, 0, std::min(wanted, samples.size(2))).cpu().contiguous();
    pcm.channels = static_cast<int>(trimmed.size(0));
    pcm.frames = static_cast<std::size_t>(trimmed.size(1));
    pcm.samples.assign(trimmed.const_data_ptr<float>(), trimmed.const_data_ptr<float>() + trimmed.numel());
    return pcm;
  }

  static std::vector<std::string> warnings_of(const Conditions& conditions) {
    std::vector<std::string> warnings;
    if (conditions.text_cut.front())
      warnings.push_back(
          concat("prompt was cut to the model's limit of ", Pipeline::kMaxTextTokens, " tokens"));
    if (conditions.lyric_cut.front())
      warnings.push_back(
          concat("lyrics were cut to the model's limit of ", Pipeline::kMaxLyricTokens, " tokens"));
    return warnings;
  }

  std::unique_ptr<Pipeline> pipeline_;
  ModelDescription description_;
  std::optional<Tiling> tiling_;
};

Result<at::ScalarType> precision_of(std::string_view name) {
  if (name == "fp32") return at::kFloat;
  if (name == "bf16") return at::kBFloat16;
  return fail_field("precision", "must be fp32 or bf16, not '", name, "'");
}

}  // namespace

Result<std::unique_ptr<Engine>> make_engine(const EngineOptions& options) {
  const at::ScalarType type = MF_TRY(precision_of(options.precision));
  if (options.device != "cpu") return fail_field("device", "must be cpu, not '", options.device, "'");
  if (options.threads > 0) at::set_num_threads(options.threads);

  auto pipeline = MF_TRY(guarded(options.checkpoint.string(),
                                 [&] { return Pipeline::load(options.checkpoint, at::kCPU, type); }));
  const std::int64_t reach = pipeline->networks().vae_decoder.reach();
  if (options.tile_frames != 0 && options.tile_frames <= 2 * reach)
    return fail_field("tile_frames", "must be more than twice the decoder's reach of ", reach, " frames");

  std::filesystem::path folder = std::filesystem::absolute(options.checkpoint).lexically_normal();
  if (folder.filename().empty()) folder = folder.parent_path();
  ModelDescription description{.name = options.name.empty() ? folder.filename().string() : options.name,
                               .family = "ace_v15",
                               .variant = pipeline->is_turbo() ? "turbo" : "base",
                               .device = concat(options.device, " ", options.precision)};
  std::optional<Tiling> tiling;
  if (options.tile_frames != 0) tiling = Tiling{.length = options.tile_frames, .overlap = reach};
  return std::make_unique<AceEngine>(std::move(pipeline), std::move(description), tiling);
}

}  // namespace musicfleet::ace_v15
