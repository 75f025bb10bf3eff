// What computes over rows with packed weights, against libtorch's plain operators.
#include "worker/nn/convolution.h"
#include "worker/nn/linear.h"
#include "worker/nn/packed.h"
#include "worker/nn/snake.h"
#include "worker/nn/weights.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/conv1d.h>
#include <ATen/ops/conv_transpose1d.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randn.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

namespace musicfleet::nn {
namespace {

using Tensors = std::map<std::string, at::Tensor, std::less<>>;

class Rows : public ::testing::Test {
 protected:
  // Equal to what rounding to the type leaves.
  static void expect_close(const at::Tensor& got, const at::Tensor& wanted) {
    ASSERT_EQ(got.sizes(), wanted.sizes());
    const double tolerance = got.scalar_type() == at::kBFloat16 ? 2e-2 : 1e-4;
    EXPECT_TRUE(at::allclose(got.to(at::kFloat), wanted.to(at::kFloat), tolerance, tolerance));
  }
  static at::Tensor as_channels(const at::Tensor& rows) { return rows.t().unsqueeze(0).contiguous(); }

  const c10::InferenceMode inference_;
};

TEST_F(Rows, PackedLinearEqualsThePlainOneInBothPrecisions) {
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16}) {
    const at::Tensor weight = at::randn({48, 40}).to(type), bias = at::randn({48}).to(type);
    if (!packable(weight)) continue;  // bf16 on a processor without it takes libtorch's path
    WeightStore store("unit", Tensors{{"weight", weight}, {"bias", bias}}, at::kCPU, type);
    const Linear linear(store.root(), 40, 48, Bias::kPresent);
    const at::Tensor x = at::randn({2, 13, 40}).to(type);
    expect_close(linear(x), at::linear(x, weight, bias));
    expect_close(linear(x.transpose(0, 1)), at::linear(x.transpose(0, 1), weight, bias));
  }
}

TEST_F(Rows, ConvolutionGivesTheRowsThatNeedNoOthers) {
  for (const std::int64_t kernel : {1, 7}) {
    for (const std::int64_t dilation : {1, 3, 9}) {
      const std::int64_t padding = dilation * (kernel - 1) / 2;
      const at::Tensor weight = at::randn({24, 10, kernel}), bias = at::randn({24});
      const at::Tensor norm = weight.square().sum({1, 2}, true).sqrt();
      WeightStore store("unit", Tensors{{"weight_v", weight}, {"weight_g", norm}, {"bias", bias}}, at::kCPU,
                        at::kFloat);
      const Conv1d convolution(
          store.root(), {.in = 10, .out = 24, .kernel = kernel, .padding = padding, .dilation = dilation});
      ASSERT_TRUE(convolution.is_packed());
      ASSERT_EQ(convolution.reach(), padding);
      const at::Tensor x = at::randn({71, 10});
      expect_close(as_channels(convolution.rows(x)),
                   at::conv1d(as_channels(x), weight, bias, /*stride=*/1, at::IntArrayRef{0}, dilation));
    }
  }
}

TEST_F(Rows, TransposedConvolutionIsOneOfTwoTaps) {
  for (const std::int64_t stride : {2, 4, 6}) {
    const std::int64_t padding = stride / 2, kernel = 2 * stride;
    const at::Tensor weight = at::randn({12, 5, kernel}), bias = at::randn({5});
    const at::Tensor norm = weight.square().sum({1, 2}, true).sqrt();
    WeightStore store("unit", Tensors{{"weight_v", weight}, {"weight_g", norm}, {"bias", bias}}, at::kCPU,
                      at::kFloat);
    const ConvTranspose1d convolution(
        store.root(), {.in = 12, .out = 5, .kernel = kernel, .stride = stride, .padding = padding});
    ASSERT_TRUE(convolution.is_packed());
    const at::Tensor x = at::randn({9, 12});
    const at::Tensor wanted = at::conv_transpose1d(as_channels(x), weight, bias, stride, padding);
    ASSERT_EQ(convolution.length_of(9), wanted.size(2));
    const at::Tensor rows = convolution.rows(at::constant_pad_nd(x, {0, 0, 1, 1}));
    expect_close(as_channels(rows.narrow(0, convolution.padding(), wanted.size(2))), wanted);
  }
}

TEST_F(Rows, SnakeEqualsThePlainOneBetweenRowsOfZeros) {
  WeightStore store("unit", Tensors{{"alpha", at::randn({1, 19, 1})}, {"beta", at::randn({1, 19, 1})}},
                    at::kCPU, at::kFloat);
  const Snake snake(store.root(), 19);
  const at::Tensor x = at::randn({23, 19});
  const at::Tensor rows = snake.rows(x, 2, 3);
  ASSERT_EQ(rows.size(0), 28);
  EXPECT_EQ(rows.narrow(0, 0, 2).abs().sum().item().toFloat(), 0);
  EXPECT_EQ(rows.narrow(0, 25, 3).abs().sum().item().toFloat(), 0);
  expect_close(as_channels(rows.narrow(0, 2, 23)), snake(as_channels(x)));
}

}  // namespace
}  // namespace musicfleet::nn
