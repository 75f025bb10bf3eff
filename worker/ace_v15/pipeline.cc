#include "worker/ace_v15/pipeline.h"

#include "worker/sampling/apg.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/amax.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/randn.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace musicfleet::ace_v15 {
namespace {

// The reference takes this much silence for the timbre of "no reference audio".
constexpr double kTimbreSeconds = 30.0;
constexpr double kPeakDecibels = -1.0;
constexpr double kSilencePeak = 1e-6;

// silence: [1, length, latent] → [1, frames, latent], repeated where the song is longer.
at::Tensor silence_of(const at::Tensor& silence, std::int64_t frames) {
  if (frames <= silence.size(1)) return silence.narrow(1, 0, frames);
  return silence.repeat({1, (frames + silence.size(1) - 1) / silence.size(1), 1}).narrow(1, 0, frames);
}

}  // namespace

Result<std::unique_ptr<Pipeline>> Pipeline::load(const std::filesystem::path& folder, at::Device device,
                                                 at::ScalarType type) {
  Networks networks = MF_TRY(load_networks(folder, device, type));
  Tokenization tokenization = MF_TRY(Tokenization::load(folder / "tokenizer"));
  return std::unique_ptr<Pipeline>(new Pipeline(std::move(networks), std::move(tokenization)));
}

Pipeline::Pipeline(Networks networks, Tokenization tokenization)
    : networks_(std::move(networks)), tokenization_(std::move(tokenization)) {
  const at::Tensor& silence = networks_.condition_encoder.silence_latent();
  const auto frames =
      static_cast<std::int64_t>(std::ceil(kTimbreSeconds * networks_.vae_config.frame_rate()));
  silence_timbre_ =
      networks_.condition_encoder.timbre(silence.narrow(1, 0, std::min(frames, silence.size(1))));
}

Result<Conditions> Pipeline::condition(const std::vector<PromptTexts>& prompts) const {
  std::vector<std::string> texts, lyrics;
  for (const PromptTexts& prompt : prompts) {
    texts.push_back(prompt.text);
    lyrics.push_back(prompt.lyric);
  }
  const TokenBatch text = MF_TRY(tokenization_(texts, kMaxTextTokens));
  const TokenBatch lyric = MF_TRY(tokenization_(lyrics, kMaxLyricTokens));

  const at::Device device = networks_.transformer.device();
  const auto batch = static_cast<std::int64_t>(prompts.size());
  const Packed text_hidden{networks_.text_encoder(text.ids.to(device)), text.mask.to(device)};
  const Packed lyric_hidden{networks_.text_encoder.embed(lyric.ids.to(device)), lyric.mask.to(device)};
  const Packed timbre{silence_timbre_.unsqueeze(0).expand({batch, -1, -1}),
                      at::ones({batch, 1}, at::TensorOptions().device(device).dtype(at::kBool))};
  return Conditions{networks_.condition_encoder(text_hidden, lyric_hidden, timbre).hidden, text.cut,
                    lyric.cut};
}

std::int64_t Pipeline::frames_of(std::chrono::milliseconds duration) const {
  // In double like the reference, whose rounding sometimes adds a frame: the same duration and seed draw the
  // same noise.
  const double seconds = static_cast<double>(duration.count()) / 1000.0;
  return static_cast<std::int64_t>(std::ceil(seconds * networks_.vae_config.frame_rate()));
}

at::Tensor Pipeline::silent_context(std::int64_t batch, std::int64_t frames) const {
  const at::Tensor silence =
      silence_of(networks_.condition_encoder.silence_latent(), frames).expand({batch, -1, -1});
  return at::cat({silence, at::ones_like(silence)}, -1);
}

at::Tensor Pipeline::noise(std::uint64_t seed, std::int64_t batch, std::int64_t frames) const {
  at::Generator generator = at::detail::createCPUGenerator(seed);
  const Transformer& transformer = networks_.transformer;
  return at::randn({batch, frames, transformer.config().audio_acoustic_hidden_dim}, generator, at::kFloat)
      .to(transformer.device(), transformer.type());
}

at::Tensor Pipeline::denoise(const at::Tensor& conditions, const at::Tensor& context, const at::Tensor& noise,
                             const sampling::Schedule& schedule, const Guidance& guidance,
                             const AfterStep& after_step) const {
  const Transformer& transformer = networks_.transformer;
  const Transformer::Song song = transformer.prepare(conditions, context);
  const bool guided = guidance.scale > 1.0;
  std::optional<Transformer::Song> unconditional;
  if (guided)
    unconditional =
        transformer.prepare(networks_.condition_encoder.null_condition().expand_as(conditions), context);
  sampling::AdaptiveProjectedGuidance guide(guidance.scale);

  at::Tensor x = noise;
  for (int step = 0; step < schedule.steps(); ++step) {
    const auto i = static_cast<std::size_t>(step);
    const at::Tensor t = at::full({1}, schedule.sigmas[i], x.options());
    at::Tensor velocity = transformer.velocity(song, x, t);
    const double progress = 1.0 - static_cast<double>(schedule.sigmas[i]);
    if (guided && guidance.interval_start <= progress && progress <= guidance.interval_end)
      velocity = guide(velocity, transformer.velocity(*unconditional, x, t));
    // The Euler step is taken in fp32 whatever the model's type is.
    const float dt = schedule.sigmas[i + 1] - schedule.sigmas[i];
    x = (x.to(at::kFloat) + velocity.to(at::kFloat) * dt).to(x.scalar_type());
    if (!after_step(step + 1, x)) return {};
  }
  return x;
}

at::Tensor Pipeline::decode(const at::Tensor& latents, const std::optional<Tiling>& tiling,
                            const std::function<bool(int, int)>& between) const {
  const at::Tensor z = latents.transpose(1, 2).contiguous();
  const at::Tensor samples = tiling          ? networks_.vae_decoder.tiled(z, *tiling, between)
                             : between(0, 1) ? networks_.vae_decoder(z)
                                             : at::Tensor();
  return samples.defined() ? samples.to(at::kFloat) : samples;
}

at::Tensor peak_normalised(const at::Tensor& samples) {
  // As the reference does it, in two roundings: down to full scale where above it, then to the peak.
  const auto peak_of = [](const at::Tensor& x) { return at::amax(x.abs(), {1, 2}, /*keepdim=*/true); };
  const at::Tensor bounded = samples / at::clamp_min(peak_of(samples), 1.0);
  return bounded * (std::pow(10.0, kPeakDecibels / 20.0) / at::clamp_min(peak_of(bounded), kSilencePeak));
}

}  // namespace musicfleet::ace_v15
