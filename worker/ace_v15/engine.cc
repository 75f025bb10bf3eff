#include "worker/ace_v15/engine.h"

#include "common/model/memory_line.h"
#include "worker/ace_v15/gpu_border.h"
#include "worker/ace_v15/memory_widths.h"
#include "worker/ace_v15/pipeline.h"
#include "worker/ace_v15/prompts.h"
#include "worker/ace_v15/recommended.h"
#include "worker/ace_v15/self_test.h"
#include "worker/ace_v15/tile_ladder.h"
#include "worker/device/compute_device.h"
#include "worker/nn/packed.h"

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace musicfleet::ace_v15 {
namespace {

Failure stopped() { return fail(ErrorCode::kCancelled, "the song was cancelled"); }

// The checkpoint, where it is and what it takes.
struct Residence {
  std::unique_ptr<Pipeline> pipeline;
  device::ComputeDevice device;
  DeviceQuestions questions;
  model::ModelWidths widths;
  model::Placement placement;
  std::vector<Tiling> tilings;  // from the wanted one down
};

class AceEngine final : public Engine {
 public:
  AceEngine(Residence residence, ModelDescription description)
      : home_(std::move(residence)), pipeline_(*home_.pipeline), description_(std::move(description)) {}

  const ModelDescription& description() const override { return description_; }

  Result<Song> generate(const JobSpec& spec, const std::function<void(const SongProgress&)>& report,
                        std::stop_token stop) override {
    auto song = guarded("making the song", [&] { return make(spec, report, stop); });
    if (!song) release_caches();
    return song;
  }

  std::uint64_t free_bytes() override { return home_.questions.free_bytes(); }

  Result<> self_test() override {
    return guarded("the self-test of " + home_.device.description(), home_.questions.self_test);
  }

 private:
  // Where even that fails there is nothing to give back, and the song's own error says more.
  void release_caches() const {
    static_cast<void>(guarded("giving memory back", [&]() -> Result<> {
      home_.device.release_caches();
      return {};
    }));
  }

  Result<Song> make(const JobSpec& spec, const std::function<void(const SongProgress&)>& report,
                    const std::stop_token& stop) const {
    if (stop.stop_requested()) return stopped();
    const std::size_t tiling = MF_TRY(choose_tiling(home_.tilings, home_.widths, home_.placement,
                                                    shape_of(spec), home_.questions.free_bytes()));
    report({.stage = SongStage::kConditioning});
    const Conditions conditions =
        MF_TRY(pipeline_.condition({{.text = text_prompt(text_prompt_of(spec)),
                                     .lyric = lyric_prompt(spec.vocal_language, lyrics_of(spec))}}));

    const sampling::Schedule schedule = sampling::shifted_schedule(spec.steps.value_or(recommended().steps),
                                                                   spec.shift.value_or(recommended().shift));
    const std::int64_t frames = pipeline_.frames_of(spec.duration);
    report({.stage = SongStage::kDenoising, .step = 0, .steps = schedule.steps()});
    const at::Tensor latents = pipeline_.denoise(
        conditions.hidden, pipeline_.silent_context(1, frames), pipeline_.noise(spec.seed, 1, frames),
        schedule, {.scale = recommended().guidance}, [&](int step, const at::Tensor&) {
          // A GPU runs behind whoever asks it: a step counts when it is done.
          home_.device.synchronize();
          report({.stage = SongStage::kDenoising, .step = step, .steps = schedule.steps()});
          return !stop.stop_requested();
        });
    if (!latents.defined()) return stopped();
    Pcm pcm = MF_TRY(decode(latents, tiling, spec.duration, report, stop));
    return Song{.pcm = std::move(pcm), .warnings = warnings_of(conditions)};
  }

  // With the tiling of that place in the ladder or, where the device runs out of memory after all, the next
  // smaller one.
  Result<Pcm> decode(const at::Tensor& latents, std::size_t tiling, std::chrono::milliseconds duration,
                     const std::function<void(const SongProgress&)>& report,
                     const std::stop_token& stop) const {
    for (;; ++tiling) {
      auto pcm = guarded("decoding the song", [&]() -> Result<Pcm> {
        const at::Tensor samples = pipeline_.decode(latents, home_.tilings[tiling], [&](int tile, int tiles) {
          home_.device.synchronize();
          report({.stage = SongStage::kDecoding, .step = tile, .steps = tiles});
          return !stop.stop_requested();
        });
        if (!samples.defined()) return stopped();
        return pcm_of(peak_normalised(samples), duration);
      });
      if (pcm || pcm.error().code != ErrorCode::kOutOfMemory || tiling + 1 == home_.tilings.size())
        return pcm;
      release_caches();
    }
  }

  Recommended recommended() const { return recommended_for(pipeline_.is_turbo()); }

  // A token is at least a byte, and the template around the lyrics is short.
  model::SongShape shape_of(const JobSpec& spec) const {
    constexpr std::size_t kTemplateBytes = 64;
    return {.frames = static_cast<std::uint64_t>(pipeline_.frames_of(spec.duration)),
            .text_tokens = Pipeline::kMaxTextTokens,
            .lyric_tokens = std::min(Pipeline::kMaxLyricTokens, lyrics_of(spec).size() + kTemplateBytes),
            .guided = recommended().guidance > 1.0};
  }

  // samples: [1, channels, length], trimmed to the duration.
  Pcm pcm_of(const at::Tensor& samples, std::chrono::milliseconds duration) const {
    Pcm pcm;
    pcm.sample_rate_hz = pipeline_.networks().vae_config.sampling_rate;
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

  Residence home_;
  const Pipeline& pipeline_;
  ModelDescription description_;
};

Result<at::ScalarType> precision_of(std::string_view name) {
  if (name == "fp32") return at::kFloat;
  if (name == "bf16") return at::kBFloat16;
  return fail_field("precision", "must be fp32 or bf16, not '", name, "'");
}

// The tilings that a song may be decoded with. Without tiles only in one piece: a tile longer than any song.
std::vector<Tiling> tilings_of(const EngineOptions& options, const VaeConfig& vae) {
  if (options.tile_frames == 0) return {{.length = std::int64_t{1} << 40, .overlap = 0}};
  return tile_ladder(options.tile_frames, decoder_reach(vae));
}

model::Placement placement_of(const device::ComputeDevice& device, at::ScalarType type) {
  const bool packed = nn::packable(at::empty({0}, at::TensorOptions().device(device.device()).dtype(type)));
  return {.precision = type == at::kBFloat16 ? model::Precision::kBf16 : model::Precision::kFp32,
          .kernels = packed ? model::Kernels::kPacked : model::Kernels::kPlain};
}

// Of every song that the fleet's limits allow, whatever its words.
SongMemory song_memory_of(const Residence& home) {
  const model::MemoryLine line =
      memory_line(home.widths, home.placement,
                  {.frames = static_cast<std::uint64_t>(home.pipeline->frames_of(JobLimits::kMaxDuration)),
                   .text_tokens = Pipeline::kMaxTextTokens,
                   .lyric_tokens = Pipeline::kMaxLyricTokens,
                   .guided = recommended_for(home.pipeline->is_turbo()).guidance > 1.0,
                   .tile_frames = static_cast<std::uint64_t>(home.tilings.back().length)},
                  home.pipeline->networks().vae_config.frame_rate());
  return {.fixed_bytes = line.fixed_bytes, .bytes_per_second = line.bytes_per_second};
}

// Before the weights are loaded: with them the device must have room for the shortest song.
Result<> check_room(const Residence& home) {
  const std::uint64_t need =
      memory_need(home.widths, home.placement, {.frames = 1, .text_tokens = 1, .lyric_tokens = 1}).total();
  const std::uint64_t free = home.questions.free_bytes();
  if (need <= free) return {};
  return fail(ErrorCode::kOutOfMemory, home.device.description(), " has ", gigabytes(free),
              " free, the model needs ", gigabytes(need));
}

}  // namespace

Result<std::unique_ptr<Engine>> make_engine(const EngineOptions& options, DeviceQuestions questions) {
  const at::ScalarType type = MF_TRY(precision_of(options.precision));
  const device::DeviceName name = MF_TRY(device::parse_device(options.device));
  MF_CHECK(check_folder(options.checkpoint));
  const VaeConfig vae = MF_TRY(VaeConfig::read(options.checkpoint / "vae"));
  if (const std::int64_t reach = decoder_reach(vae);
      options.tile_frames != 0 && options.tile_frames <= 2 * reach)
    return fail_field("tile_frames", "must be more than twice the decoder's reach of ", reach, " frames");
  const model::ModelWidths widths = MF_TRY(read_memory_widths(options.checkpoint));
  if (options.threads > 0) at::set_num_threads(options.threads);

  const auto device =
      MF_TRY(guarded(options.device, [&] { return device::ComputeDevice::open(name, type); }));
  if (!questions.self_test)
    questions.self_test = [device, type] { return judge(compute_known(device.device(), type), type); };
  MF_CHECK(guarded("the self-test of " + device.description(), questions.self_test));

  if (!questions.free_bytes) questions.free_bytes = [device] { return device.free_bytes(); };
  Residence home{.pipeline = {},
                 .device = device,
                 .questions = std::move(questions),
                 .widths = widths,
                 .placement = {},
                 .tilings = tilings_of(options, vae)};
  MF_CHECK(guarded(options.device, [&] {
    home.placement = placement_of(device, type);
    return check_room(home);
  }));
  home.pipeline = MF_TRY(guarded(options.checkpoint.string(),
                                 [&] { return Pipeline::load(options.checkpoint, device.device(), type); }));
  std::filesystem::path folder = std::filesystem::absolute(options.checkpoint).lexically_normal();
  if (folder.filename().empty()) folder = folder.parent_path();
  ModelDescription description{.name = options.name.empty() ? folder.filename().string() : options.name,
                               .family = "ace_v15",
                               .variant = home.pipeline->is_turbo() ? "turbo" : "base",
                               .device = concat(device.description(), " ", options.precision),
                               .song_memory = song_memory_of(home)};
  return std::make_unique<AceEngine>(std::move(home), std::move(description));
}

}  // namespace musicfleet::ace_v15
