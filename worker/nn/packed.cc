#include "worker/nn/packed.h"

#include <ATen/Context.h>
#include <ATen/core/List.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/ops/mkldnn_reorder_conv2d_weight.h>

#include <array>

namespace musicfleet::nn {
namespace {

using OptionalTensor = std::optional<at::Tensor>;
using Scalars = c10::List<std::optional<at::Scalar>>;

// libtorch registers these operators for its graph compiler; no header declares them.
template <class Signature>
c10::TypedOperatorHandle<Signature> operator_named(const char* name) {
  return c10::Dispatcher::singleton().findSchemaOrThrow(name, "").typed<Signature>();
}

OptionalTensor given(const at::Tensor& bias) { return bias.defined() ? OptionalTensor(bias) : std::nullopt; }

}  // namespace

bool packable(const at::Tensor& weight) {
  static const bool bf16 = operator_named<bool()>("mkldnn::_is_mkldnn_bf16_supported").call();
  if (!weight.is_cpu() || weight.is_meta() || !at::globalContext().userEnabledMkldnn()) return false;
  return weight.scalar_type() == at::kFloat || (weight.scalar_type() == at::kBFloat16 && bf16);
}

at::Tensor pack_linear(const at::Tensor& weight) {
  static const auto reorder = operator_named<at::Tensor(const at::Tensor&, std::optional<std::int64_t>)>(
      "mkldnn::_reorder_linear_weight");
  return reorder.call(weight.contiguous(), std::nullopt);
}

at::Tensor packed_linear(const at::Tensor& x, const at::Tensor& packed, const at::Tensor& bias) {
  static const auto linear =
      operator_named<at::Tensor(const at::Tensor&, const at::Tensor&, const OptionalTensor&, c10::string_view,
                                Scalars, std::optional<c10::string_view>)>("mkldnn::_linear_pointwise");
  return linear.call(x.contiguous(), packed, given(bias), "none", Scalars(), "");
}

at::Tensor pack_convolution(const at::Tensor& weight, std::int64_t dilation) {
  if (weight.size(2) == 1) return pack_linear(weight.squeeze(2));
  // The layout depends a little on the number of rows; with another number a call would reorder the weight
  // again.
  constexpr std::int64_t kTypicalRows = 1024;
  const std::int64_t rows = kTypicalRows + dilation * (weight.size(2) - 1);
  return at::mkldnn_reorder_conv2d_weight(weight.unsqueeze(2).to_mkldnn(), /*padding=*/{0, 0},
                                          /*stride=*/{1, 1}, {1, dilation}, /*groups=*/1,
                                          std::array<std::int64_t, 4>{1, weight.size(1), 1, rows});
}

at::Tensor packed_convolution(const at::Tensor& x, const at::Tensor& packed, const at::Tensor& bias,
                              std::int64_t dilation) {
  if (packed.dim() == 2) return packed_linear(x, packed, bias);
  static const auto convolve =
      operator_named<at::Tensor(const at::Tensor&, const at::Tensor&, const OptionalTensor&, at::IntArrayRef,
                                at::IntArrayRef, at::IntArrayRef, std::int64_t, c10::string_view, Scalars,
                                std::optional<c10::string_view>)>("mkldnn::_convolution_pointwise");
  // A picture of one line in the channels-last layout: [1, in, 1, rows].
  const at::Tensor line = x.t().unsqueeze(1).unsqueeze(0);
  constexpr std::array<std::int64_t, 2> kNone{0, 0}, kOne{1, 1};
  const at::Tensor out =
      convolve.call(line, packed, given(bias), kNone, kOne, std::array<std::int64_t, 2>{1, dilation},
                    /*groups=*/1, "none", Scalars(), "");
  return out.select(0, 0).select(1, 0).t();
}

}  // namespace musicfleet::nn
