// The model of need against what a counting allocator sees, at the published widths with one layer.

#include "common/model/memory_need.h"

#include "tests/bench/published_shapes.h"
#include "tests/bench/reduced_networks.h"
#include "tests/bench/stage_memory.h"
#include "tests/support/tiny_model.h"
#include "worker/ace_v15/memory_widths.h"
#include "worker/nn/packed.h"

#include <ATen/ops/empty.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

namespace musicfleet::ace_v15 {
namespace {

class MemoryNeedTest : public ::testing::TestWithParam<at::ScalarType> {
 protected:
  MemoryNeedTest() {
    const model::ModelWidths widths =
        memory_widths(made_.text, made_.condition, made_.transformer, made_.vae, 0);
    need_ = [this, widths](const model::SongShape& song) { return memory_need(widths, placement_, song); };
  }
  static void expect_close(std::uint64_t need, std::uint64_t measured) {
    EXPECT_GE(need, measured);
    EXPECT_LE(static_cast<double>(need), 1.3 * static_cast<double>(measured));
  }

  c10::InferenceMode inference_;
  testing::MeteredAllocator meter_;
  model::Placement placement_{
      GetParam() == at::kBFloat16 ? model::Precision::kBf16 : model::Precision::kFp32,
      nn::packable(at::empty({0}, GetParam())) ? model::Kernels::kPacked : model::Kernels::kPlain};
  ReducedNetworks made_ = reduced_networks(1, GetParam());
  std::function<model::MemoryNeed(const model::SongShape&)> need_;
};

TEST_P(MemoryNeedTest, IsAtLeastWhatEachStageTakesAndNotMuchMore) {
  const model::SongShape long_lyrics{.frames = 250, .lyric_tokens = 700};
  expect_close(need_(long_lyrics).conditioning, measure_conditioning(made_.networks, long_lyrics, meter_));
  expect_close(need_(long_lyrics).denoising, measure_denoising(made_.networks, long_lyrics, meter_));
  const model::SongShape short_lyrics{.frames = 750, .lyric_tokens = 64};
  expect_close(need_(short_lyrics).denoising, measure_denoising(made_.networks, short_lyrics, meter_));
  model::SongShape guided = short_lyrics;
  guided.guided = true;
  expect_close(need_(guided).denoising, measure_denoising(made_.networks, guided, meter_));
  const model::SongShape tiled{.frames = 50, .tile_frames = 48};
  expect_close(need_(tiled).decoding, measure_decoding(made_.networks, tiled, 2, meter_));
}

INSTANTIATE_TEST_SUITE_P(BothPrecisions, MemoryNeedTest, ::testing::Values(at::kFloat, at::kBFloat16));

TEST(MemoryWidths, CountTheParametersThatStayResident) {
  const testing::TinyModel model;
  const Result<model::ModelWidths> widths = read_memory_widths(model.path());
  ASSERT_TRUE(widths) << widths.error().message;
  EXPECT_GT(widths->parameters, 500'000u);
  std::uintmax_t bytes = 0;
  for (const char* component : {"text_encoder/model", "condition_encoder/diffusion_pytorch_model",
                                "transformer/diffusion_pytorch_model", "vae/diffusion_pytorch_model"})
    bytes += std::filesystem::file_size(model.path() / (std::string(component) + ".safetensors"));
  EXPECT_LT(widths->parameters * 4, bytes);  // the VAE's encoder stays in the file
  EXPECT_EQ(widths->transformer.hidden, 96u);
  EXPECT_EQ(widths->hop, 1920u);
}

TEST(MemoryWidths, ThePublished2bNeedsNineGigabytesInBf16ForTheLongestSong) {
  const auto parameters = static_cast<std::uint64_t>(
      parameters_of(transformer_shapes(2048, 6144, 24, 16)) + parameters_of(condition_encoder_shapes()) +
      parameters_of(text_encoder_shapes()) + parameters_of(vae_shapes()));
  const model::ModelWidths widths = memory_widths(published_text_encoder(), published_condition_encoder(),
                                                  published_2b_transformer(), published_vae(), parameters);
  const model::MemoryNeed need = memory_need(widths, {model::Precision::kBf16, model::Kernels::kPlain},
                                             {.frames = 15'000, .tile_frames = 512});
  EXPECT_GT(need.total(), 7'000'000'000u);
  EXPECT_LT(need.total(), 11'000'000'000u);
}

}  // namespace
}  // namespace musicfleet::ace_v15
