// The decoder in cuts with packed weights, against libtorch's plain operators over the whole sequence.
#include "worker/ace_v15/vae_decoder.h"

#include "tests/support/tiny_model.h"
#include "worker/ace_v15/checkpoint.h"
#include "worker/nn/packed.h"

#include <ATen/Context.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/randn.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include <tuple>

namespace musicfleet::ace_v15 {
namespace {

// Layers that are built while this lives keep plain weights.
class WithoutPackedWeights {
 public:
  WithoutPackedWeights() { at::globalContext().setUserEnabledMkldnn(false); }
  ~WithoutPackedWeights() { at::globalContext().setUserEnabledMkldnn(true); }
  WithoutPackedWeights(const WithoutPackedWeights&) = delete;
  WithoutPackedWeights& operator=(const WithoutPackedWeights&) = delete;
};

// Frames, songs.
class DecoderInCuts : public ::testing::TestWithParam<std::tuple<std::int64_t, std::int64_t>> {
 protected:
  static void SetUpTestSuite() {
    const testing::TinyModel model;
    ASSERT_TRUE(model.written());
    const auto load = [&] { return load_vae_decoder(model.path(), at::kCPU, at::kFloat).value(); };
    {
      const WithoutPackedWeights plain;
      ASSERT_FALSE(nn::packable(at::empty({0}, at::kFloat)));
      plain_ = std::make_unique<VaeDecoder>(load());
    }
    ASSERT_TRUE(nn::packable(at::empty({0}, at::kFloat)));
    packed_ = std::make_unique<VaeDecoder>(load());
  }
  static void TearDownTestSuite() {
    plain_.reset();
    packed_.reset();
  }

  static std::unique_ptr<VaeDecoder> plain_, packed_;
  const c10::InferenceMode inference_;
};

std::unique_ptr<VaeDecoder> DecoderInCuts::plain_, DecoderInCuts::packed_;

TEST_P(DecoderInCuts, GivesTheSamplesOfThePlainOne) {
  const auto [frames, songs] = GetParam();
  const at::Tensor z = at::randn({songs, 16, frames});
  const at::Tensor wanted = (*plain_)(z), got = (*packed_)(z);
  ASSERT_EQ(got.sizes(), wanted.sizes());
  EXPECT_EQ(got.sizes(), at::IntArrayRef({songs, 2, 1920 * frames}));
  const double scale = wanted.abs().max().item().toDouble();
  EXPECT_GT(scale, 0.01);
  EXPECT_LT((got - wanted).abs().max().item().toDouble(), 1e-4 * scale);
}

INSTANTIATE_TEST_SUITE_P(ShortAndLong, DecoderInCuts,
                         ::testing::Combine(::testing::Values(1, 2, 3, 90), ::testing::Values(1, 2)));

}  // namespace
}  // namespace musicfleet::ace_v15
