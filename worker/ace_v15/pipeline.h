// ACE-Step 1.5, text to music (diffusers, AceStepPipeline): prompts to conditions, noise to latents by Euler
// steps along the DiT's velocity, latents to samples. Each stage is a call of its own, so that the engine can
// report and stop between them and parity can be proved one by one. Used by one thread.
#pragma once

#include "common/result.h"
#include "worker/ace_v15/checkpoint.h"
#include "worker/ace_v15/token_batch.h"
#include "worker/sampling/schedule.h"

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace musicfleet::ace_v15 {

// The two strings of one song (prompts.h).
struct PromptTexts {
  std::string text;
  std::string lyric;
};

struct Conditions {
  at::Tensor hidden;            // [batch, length, encoder hidden]
  std::vector<bool> text_cut;   // a caption was longer than kMaxTextTokens
  std::vector<bool> lyric_cut;  // lyrics were longer than kMaxLyricTokens
};

// Classifier-free guidance of base and sft checkpoints. A turbo checkpoint has it distilled in.
struct Guidance {
  double scale = 1.0;  // 1: off
  // Applied at times t with start ≤ 1 − t ≤ end.
  double interval_start = 0.0, interval_end = 1.0;
};

class Pipeline {
 public:
  static constexpr std::size_t kMaxTextTokens = 256;
  static constexpr std::size_t kMaxLyricTokens = 2048;

  static Result<std::unique_ptr<Pipeline>> load(const std::filesystem::path& folder, at::Device device,
                                                at::ScalarType type);

  // A batch shares nothing but its padding, which the DiT attends to: a batch of two is not two batches of
  // one.
  Result<Conditions> condition(const std::vector<PromptTexts>& prompts) const;

  // Latent frames that hold `duration`.
  std::int64_t frames_of(std::chrono::milliseconds duration) const;
  // Context of text2music: silence to be replaced everywhere, [batch, frames, 2·latent].
  at::Tensor silent_context(std::int64_t batch, std::int64_t frames) const;
  // Standard normal noise [batch, frames, latent] of a CPU generator: a seed means the same on every device.
  at::Tensor noise(std::uint64_t seed, std::int64_t batch, std::int64_t frames) const;

  // Called after each solver step with its number from 1 on and the latents; false stops.
  using AfterStep = std::function<bool(int step, const at::Tensor& latents)>;
  // noise to latents [batch, frames, latent]; undefined when stopped. With guidance the velocity is asked for
  // once more a step, without conditions.
  at::Tensor denoise(const at::Tensor& conditions, const at::Tensor& context, const at::Tensor& noise,
                     const sampling::Schedule& schedule, const Guidance& guidance,
                     const AfterStep& after_step) const;

  // latents: [batch, frames, latent] → samples in fp32 [batch, channels, hop·frames], as the network gives
  // them; undefined when `between` stopped it. Without a tiling in one piece.
  at::Tensor decode(const at::Tensor& latents, const std::optional<Tiling>& tiling,
                    const std::function<bool(int tile, int tiles)>& between) const;

  const Networks& networks() const { return networks_; }
  const Tokenization& tokenization() const { return tokenization_; }
  bool is_turbo() const { return networks_.transformer.config().is_turbo; }

 private:
  Pipeline(Networks networks, Tokenization tokenization);

  Networks networks_;
  Tokenization tokenization_;
  at::Tensor silence_timbre_;  // [1, hidden]: the timbre of no reference, a constant of the checkpoint
};

// Brings each item of samples [batch, channels, length] to a peak of −1 dBFS, quiet ones too.
at::Tensor peak_normalised(const at::Tensor& samples);

}  // namespace musicfleet::ace_v15
