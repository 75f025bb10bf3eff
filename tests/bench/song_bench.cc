// musicfleet-song-bench: makes one song at the published 2B widths with random weights, as a turbo checkpoint
// is used, and writes a line of JSON: seconds of each stage, of the whole, CPU-seconds and the process's peak
// memory. What it computes is noise. script/bench runs it in turn with pipeline_reference.py, which does the
// same with diffusers.

#include "tests/bench/published_shapes.h"
#include "worker/ace_v15/checkpoint.h"
#include "worker/ace_v15/tile_ladder.h"
#include "worker/sampling/schedule.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>
#include <c10/core/InferenceMode.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace musicfleet;

// The same in pipeline_reference.py.
constexpr std::int64_t kTextTokens = 128, kLyricTokens = 300, kTimbreFrames = 750, kFramesPerSecond = 25;
constexpr int kSteps = 8;
constexpr double kShift = 3.0;
constexpr std::int64_t kTileFrames = 512;  // the worker's default

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

template <class Stage>
double seconds_of(Stage&& stage) {
  const auto begin = std::chrono::steady_clock::now();
  stage();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// Each component's plain weights are gone before the next is built.
ace_v15::Networks random_networks(at::ScalarType type) {
  const auto built = [type](const ace_v15::TensorShapes& shapes, auto&& build) {
    nn::WeightStore store = ace_v15::random_store(shapes, at::kCPU, type);
    return build(store.root());
  };
  using nn::Weights;
  return {.text_encoder = built(
              ace_v15::text_encoder_shapes(),
              [](const Weights& w) { return ace_v15::TextEncoder(w, ace_v15::published_text_encoder()); }),
          .condition_encoder = built(ace_v15::condition_encoder_shapes(),
                                     [](const Weights& w) {
                                       return ace_v15::ConditionEncoder(
                                           w, ace_v15::published_condition_encoder());
                                     }),
          .transformer = built(
              ace_v15::transformer_shapes(2048, 6144, 24, 16),
              [](const Weights& w) { return ace_v15::Transformer(w, ace_v15::published_2b_transformer()); }),
          .vae_decoder = built(ace_v15::vae_shapes(),
                               [](const Weights& w) {
                                 return ace_v15::VaeDecoder(w.scope("decoder"), ace_v15::published_vae());
                               }),
          .vae_config = ace_v15::published_vae()};
}

void run(at::ScalarType type, double seconds) {
  const ace_v15::Networks networks = random_networks(type);
  const auto frames = static_cast<std::int64_t>(seconds * kFramesPerSecond);
  const at::TensorOptions options = at::TensorOptions().dtype(type);
  const auto mask = [](std::int64_t length) { return at::ones({1, length}, at::kBool); };
  const at::Tensor text_ids = at::zeros({1, kTextTokens}, at::kLong),
                   lyric_ids = at::zeros({1, kLyricTokens}, at::kLong);
  const at::Tensor silence = networks.condition_encoder.silence_latent();

  at::Tensor text, lyric, timbre, hidden, samples;
  const auto encode_text = [&] {
    text = networks.text_encoder(text_ids);
    lyric = networks.text_encoder.embed(lyric_ids);
  };
  const auto encode_timbre = [&] {
    timbre = networks.condition_encoder.timbre(silence.narrow(1, 0, kTimbreFrames)).unsqueeze(0);
  };
  const auto encode_conditions = [&] {
    hidden =
        networks.condition_encoder({text, mask(kTextTokens)}, {lyric, mask(kLyricTokens)}, {timbre, mask(1)})
            .hidden;
  };

  // What is needed once a process: the timbre of silence, and whatever libraries make on their first call.
  encode_text();
  encode_timbre();
  encode_conditions();
  const double timbre_seconds = seconds_of(encode_timbre);

  const double cpu_before = cpu_seconds();
  const double text_seconds = seconds_of(encode_text);
  const double condition_seconds = seconds_of(encode_conditions);
  std::vector<double> forwards;
  at::Tensor x = at::randn({1, frames, 64}, at::kFloat).to(type);
  const double denoise_seconds = seconds_of([&] {
    const at::Tensor source = silence.narrow(1, 0, frames);
    const ace_v15::Transformer::Song song =
        networks.transformer.prepare(hidden, at::cat({source, at::ones_like(source)}, -1));
    const sampling::Schedule schedule = sampling::shifted_schedule(kSteps, kShift);
    for (std::size_t i = 0; i < kSteps; ++i) {
      at::Tensor velocity;
      forwards.push_back(seconds_of([&] {
        velocity = networks.transformer.velocity(song, x, at::full({1}, schedule.sigmas[i], options));
      }));
      const float dt = schedule.sigmas[i + 1] - schedule.sigmas[i];
      x = (x.to(at::kFloat) + velocity.to(at::kFloat) * dt).to(type);
    }
  });
  const double decode_seconds = seconds_of([&] {
    samples = networks.vae_decoder.tiled(
        x.transpose(1, 2).contiguous(),
        {.length = kTileFrames, .overlap = ace_v15::decoder_reach(networks.vae_config)},
        [](int, int) { return true; });
  });
  const double cpu = cpu_seconds() - cpu_before;

  std::sort(forwards.begin(), forwards.end());
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  // The reference encodes the timbre of silence for every song: its stage has it, so ours has it in that row.
  std::printf(
      "{\"text encoder\": %.4f, \"condition encoder\": %.4f, \"DiT forward\": %.4f, \"VAE decode\": %.4f, "
      "\"song\": %.4f, \"cpu\": %.3f, \"peak\": %.3f}\n",
      text_seconds, condition_seconds + timbre_seconds, forwards[forwards.size() / 2], decode_seconds,
      text_seconds + condition_seconds + denoise_seconds + decode_seconds, cpu,
      static_cast<double>(usage.ru_maxrss) / 1e6);
}

}  // namespace

int main(int argc, char** argv) {
  std::string_view precision = argc > 1 ? argv[1] : "";
  const double seconds = argc > 2 ? std::atof(argv[2]) : 30;
  const int threads = argc > 3 ? std::atoi(argv[3]) : 2;
  if (argc > 4 || (precision != "fp32" && precision != "bf16") || seconds < 1 || seconds > 600 ||
      threads < 1) {
    std::fputs("usage: musicfleet-song-bench fp32|bf16 [SECONDS [THREADS]]\n", stderr);
    return 2;
  }
  at::set_num_threads(threads);
  const c10::InferenceMode inference;
  run(precision == "bf16" ? at::kBFloat16 : at::kFloat, seconds);
  return 0;
}
