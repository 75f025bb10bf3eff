// musicfleet-pipeline-bench: times the stages of ACE-Step 1.5 at the published 2B widths with random weights.
// Each network is built, measured and dropped before the next, so that memory holds one at a time. It
// measures time and memory; what it computes is noise.

#include "tests/bench/published_shapes.h"
#include "worker/ace_v15/checkpoint.h"
#include "worker/ace_v15/tile_ladder.h"
#include "worker/device/compute_device.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>
#include <c10/core/InferenceMode.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace musicfleet;
using ace_v15::TensorShapes;

struct Options {
  std::string device = "cpu";
  std::string precision = "fp32";
  double seconds = 30;  // of the song
  int threads = 2;
  int repeats = 3;
  std::string stages = "text,condition,dit,vae";
  bool wants(std::string_view stage) const { return stages.find(stage) != std::string::npos; }
};

constexpr std::int64_t kTextTokens = 128, kLyricTokens = 300, kTimbreFrames = 750;

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

double peak_gigabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1e6;
}

// What the stages compute on, open for the program's whole run.
struct Bench {
  Options options;
  device::ComputeDevice where;
  at::ScalarType type;

  at::Tensor here(const at::Tensor& tensor) const { return tensor.to(where.device()); }
};

// Runs `stage` once to warm up and then `repeats` times; prints the fastest and the median.
template <class Stage>
void measure(const char* name, const Bench& bench, Stage&& stage) {
  const Options& options = bench.options;
  stage();
  bench.where.synchronize();
  std::vector<double> wall;
  const double cpu_before = cpu_seconds();
  for (int i = 0; i < options.repeats; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    stage();
    bench.where.synchronize();
    wall.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  std::sort(wall.begin(), wall.end());
  std::printf("%-18s %-5s min %7.3f s  median %7.3f s  cpu %7.3f s  peak %5.1f GB\n", name,
              options.precision.c_str(), wall.front(), wall[wall.size() / 2],
              (cpu_seconds() - cpu_before) / options.repeats, peak_gigabytes());
  std::fflush(stdout);
}

void run(const Bench& bench) {
  const Options& options = bench.options;
  const at::ScalarType type = bench.type;
  const auto frames = static_cast<std::int64_t>(options.seconds * 25);
  const auto random = [&](std::vector<std::int64_t> shape) {
    return bench.here(at::randn(shape, at::kFloat).to(type));
  };
  const auto mask = [&](std::int64_t length) { return bench.here(at::ones({1, length}, at::kBool)); };
  if (options.wants("text")) {
    nn::WeightStore store = ace_v15::random_store(ace_v15::text_encoder_shapes(), bench.where.device(), type);
    const ace_v15::TextEncoder encoder(store.root(), ace_v15::published_text_encoder());
    const at::Tensor ids = bench.here(at::zeros({1, kTextTokens}, at::kLong));
    measure("text encoder", bench, [&] { encoder(ids); });
  }
  if (options.wants("condition")) {
    nn::WeightStore store =
        ace_v15::random_store(ace_v15::condition_encoder_shapes(), bench.where.device(), type);
    const ace_v15::ConditionEncoder encoder(store.root(), ace_v15::published_condition_encoder());
    const at::Tensor silence = encoder.silence_latent().narrow(1, 0, kTimbreFrames);
    measure("timbre (once)", bench, [&] { encoder.timbre(silence); });
    const ace_v15::Packed text{random({1, kTextTokens, 1024}), mask(kTextTokens)},
        lyric{random({1, kLyricTokens, 1024}), mask(kLyricTokens)};
    const ace_v15::Packed timbre{encoder.timbre(silence).unsqueeze(0), mask(1)};
    measure("condition encoder", bench, [&] { encoder(text, lyric, timbre); });
  }
  if (options.wants("dit")) {
    nn::WeightStore store =
        ace_v15::random_store(ace_v15::transformer_shapes(2048, 6144, 24, 16), bench.where.device(), type);
    const ace_v15::Transformer transformer(store.root(), ace_v15::published_2b_transformer());
    const at::Tensor conditions = random({1, kTextTokens + kLyricTokens + 1, 2048}),
                     context = random({1, frames, 128});
    measure("DiT prepare", bench, [&] { transformer.prepare(conditions, context); });
    const ace_v15::Transformer::Song song = transformer.prepare(conditions, context);
    const at::Tensor x = random({1, frames, 64}), t = at::full({1}, 0.5, x.options());
    measure("DiT forward", bench, [&] { transformer.velocity(song, x, t); });
  }
  if (options.wants("vae")) {
    nn::WeightStore store = ace_v15::random_store(ace_v15::vae_shapes(), bench.where.device(), type);
    const ace_v15::VaeDecoder decoder(store.root().scope("decoder"), ace_v15::published_vae());
    const at::Tensor z = random({1, 64, frames});
    measure("VAE decode", bench, [&] {
      decoder.tiled(z, {.length = 512, .overlap = ace_v15::decoder_reach(ace_v15::published_vae())},
                    [](int, int) { return true; });
    });
  }
}

// Nothing for an option that does not exist, that has no value or a value out of range.
std::optional<Options> parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; i += 2) {
    const std::string_view option = argv[i];
    if (i + 1 == argc) return std::nullopt;
    if (option == "--device")
      options.device = argv[i + 1];
    else if (option == "--precision")
      options.precision = argv[i + 1];
    else if (option == "--seconds")
      options.seconds = std::atof(argv[i + 1]);
    else if (option == "--threads")
      options.threads = std::atoi(argv[i + 1]);
    else if (option == "--repeats")
      options.repeats = std::atoi(argv[i + 1]);
    else if (option == "--stages")
      options.stages = argv[i + 1];
    else
      return std::nullopt;
  }
  if (options.precision != "fp32" && options.precision != "bf16") return std::nullopt;
  if (!(options.seconds >= 3) || options.threads < 1 || options.repeats < 1) return std::nullopt;
  return options;
}

Result<> measure_all(const Options& options) {
  at::set_num_threads(options.threads);
  const at::ScalarType type = options.precision == "bf16" ? at::kBFloat16 : at::kFloat;
  const auto where = MF_TRY(device::ComputeDevice::open(MF_TRY(device::parse_device(options.device)), type));
  const c10::InferenceMode inference;
  run({options, where, type});
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  const std::optional<Options> options = parse(argc, argv);
  if (!options) {
    std::fputs(
        "usage: musicfleet-pipeline-bench [--device cpu|cuda:N] [--precision fp32|bf16] [--seconds 30] "
        "[--threads 2] [--repeats 3] [--stages text,condition,dit,vae]\n",
        stderr);
    return 2;
  }
  try {
    const Result<> measured = measure_all(*options);
    if (measured) return 0;
    std::fprintf(stderr, "musicfleet-pipeline-bench: %s\n", measured.error().message.c_str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "musicfleet-pipeline-bench: %s\n", error.what());
  }
  return 1;
}
