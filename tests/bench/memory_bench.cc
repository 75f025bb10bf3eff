// musicfleet-memory-bench: what the stages of ACE-Step 1.5 take at the published 2B widths, as a counting
// allocator sees them, beside what the model of need says. Activations do not depend on how many layers there
// are but for the keys and values of the conditions, so two layers stand for all.

#include "tests/bench/reduced_networks.h"
#include "tests/bench/stage_memory.h"
#include "worker/ace_v15/memory_widths.h"
#include "worker/nn/packed.h"

#include <ATen/ops/empty.h>
#include <c10/core/InferenceMode.h>

#include <cstdio>
#include <string_view>

namespace {

using namespace musicfleet;

constexpr std::int64_t kOverlap = 2;  // what is live depends on a tile's length alone

void line(const char* stage, const char* size, std::uint64_t measured, std::uint64_t need) {
  std::printf("%-13s %-22s measured %9.1f MB  need %9.1f MB  ratio %.2f\n", stage, size,
              static_cast<double>(measured) / 1e6, static_cast<double>(need) / 1e6,
              static_cast<double>(need) / static_cast<double>(measured));
  std::fflush(stdout);
}

void run(bool bf16, std::int64_t layers) {
  const at::ScalarType type = bf16 ? at::kBFloat16 : at::kFloat;
  const model::Placement placement{
      bf16 ? model::Precision::kBf16 : model::Precision::kFp32,
      nn::packable(at::empty({0}, type)) ? model::Kernels::kPacked : model::Kernels::kPlain};
  testing::MeteredAllocator meter;
  const ace_v15::ReducedNetworks made = ace_v15::reduced_networks(layers, type);
  const model::ModelWidths widths =
      ace_v15::memory_widths(made.text, made.condition, made.transformer, made.vae, 0);
  char size[64];
  for (const std::uint64_t lyric : {64u, 512u, 2048u}) {
    const model::SongShape song{.frames = 750, .lyric_tokens = lyric};
    std::snprintf(size, sizeof size, "%lu lyric tokens", static_cast<unsigned long>(lyric));
    line("conditioning", size, ace_v15::measure_conditioning(made.networks, song, meter),
         memory_need(widths, placement, song).conditioning);
  }
  for (const std::uint64_t seconds : {10u, 30u, 120u, 300u})
    for (const std::uint64_t lyric : {64u, 2048u}) {
      if (seconds > 30 && lyric > 64) continue;
      const model::SongShape song{.frames = 25 * seconds, .lyric_tokens = lyric};
      std::snprintf(size, sizeof size, "%lu s, %lu lyric tokens", static_cast<unsigned long>(seconds),
                    static_cast<unsigned long>(lyric));
      line("denoising", size, ace_v15::measure_denoising(made.networks, song, meter),
           memory_need(widths, placement, song).denoising);
    }
  for (const std::uint64_t tile : {40u, 64u, 128u, 256u}) {
    const model::SongShape song{.frames = tile + 4, .tile_frames = tile};
    std::snprintf(size, sizeof size, "tiles of %lu frames", static_cast<unsigned long>(tile));
    line("decoding", size, ace_v15::measure_decoding(made.networks, song, kOverlap, meter),
         memory_need(widths, placement, song).decoding);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view precision = argc > 1 ? argv[1] : "fp32", layers = argc > 2 ? argv[2] : "2";
  if (argc > 3 || (precision != "fp32" && precision != "bf16") ||
      (layers != "1" && layers != "2" && layers != "4")) {
    std::fputs("usage: musicfleet-memory-bench [fp32|bf16] [1|2|4 layers]\n", stderr);
    return 2;
  }
  const c10::InferenceMode inference;
  run(precision == "bf16", layers[0] - '0');
  return 0;
}
