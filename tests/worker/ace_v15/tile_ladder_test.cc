#include "worker/ace_v15/tile_ladder.h"

#include "tests/bench/published_shapes.h"
#include "tests/support/tiny_model.h"
#include "worker/ace_v15/checkpoint.h"
#include "worker/ace_v15/memory_widths.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/max.h>
#include <ATen/ops/randn.h>
#include <c10/core/InferenceMode.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace musicfleet::ace_v15 {
namespace {

using ::testing::HasSubstr;

bool go_on(int, int) { return true; }

TEST(DecoderReach, IsTenFramesAtThePublishedRatios) { EXPECT_EQ(decoder_reach(published_vae()), 10); }

TEST(DecoderReach, IsEnoughOverlapForTilesToEqualPlainDecodingAndLittleLessIsNot) {
  const c10::InferenceMode inference;
  const testing::TinyModel model;
  ASSERT_TRUE(model.written());
  const VaeDecoder decoder = load_vae_decoder(model.path(), at::kCPU, at::kFloat).value();
  const std::int64_t reach = decoder_reach(VaeConfig::read(model.path() / "vae").value());
  const at::Tensor z = at::randn({1, 16, 90}, at::kFloat);
  const at::Tensor plain = decoder(z);
  const double loudest = at::max(plain.abs()).item().toDouble();
  const auto off = [&](std::int64_t overlap) {
    return at::max((decoder.tiled(z, {.length = 40, .overlap = overlap}, go_on) - plain).abs())
        .item()
        .toDouble();
  };
  EXPECT_LT(off(reach), 2e-5 * loudest);
  EXPECT_GT(off(reach - 3), 1e-2 * loudest);
}

TEST(TileLadder, HalvesTheTilesDownToAFewFramesBesideTheOverlap) {
  const std::vector<Tiling> ladder = tile_ladder(512, 10);
  std::vector<std::pair<std::int64_t, std::int64_t>> steps;
  steps.reserve(ladder.size());
  for (const Tiling& tiling : ladder) steps.emplace_back(tiling.length, tiling.overlap);
  EXPECT_THAT(steps, ::testing::ElementsAre(std::pair(512, 10), std::pair(256, 10), std::pair(128, 10),
                                            std::pair(64, 10)));
}

TEST(TileLadder, OfTheSmallestTilesHasOneStep) { EXPECT_EQ(tile_ladder(40, 10).size(), 1u); }

constexpr model::Placement kPlainBf16{model::Precision::kBf16, model::Kernels::kPlain};

class ChosenTiling : public ::testing::Test {
 protected:
  std::uint64_t need(std::int64_t tile) const {
    model::SongShape shape = song_;
    shape.tile_frames = static_cast<std::uint64_t>(tile);
    return memory_need(widths_, kPlainBf16, shape).activations();
  }
  Result<std::size_t> choose(std::uint64_t free) const {
    return choose_tiling(ladder_, widths_, kPlainBf16, song_, free);
  }

  model::ModelWidths widths_ = memory_widths(published_text_encoder(), published_condition_encoder(),
                                             published_2b_transformer(), published_vae(), 0);
  model::SongShape song_{.frames = 25 * 60};
  std::vector<Tiling> ladder_ = tile_ladder(512, 10);
};

TEST_F(ChosenTiling, IsTheLargestThatFits) {
  EXPECT_EQ(choose(need(512)), 0u);
  EXPECT_EQ(choose(need(512) - 1), 1u);
  EXPECT_EQ(choose(need(128)), 2u);
  EXPECT_EQ(choose(need(64)), 3u);
}

TEST_F(ChosenTiling, IsNoneWhereEvenTheSmallestDoesNotFit) {
  const Result<std::size_t> chosen = choose(need(64) - 1);
  ASSERT_FALSE(chosen);
  EXPECT_EQ(chosen.error().code, ErrorCode::kOutOfMemory);
  EXPECT_THAT(chosen.error().message, HasSubstr("needs " + gigabytes(need(64))));
}

}  // namespace
}  // namespace musicfleet::ace_v15
