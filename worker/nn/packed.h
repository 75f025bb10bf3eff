// Weights in the blocked layout of oneDNN, and the operators of libtorch that compute with them. A plain
// weight is reordered anew in every call, and in fp32 goes to a matrix library that leaves half of an AVX-512
// machine unused; a packed one is reordered once, when it is loaded. The packed weight replaces the plain
// one. Any thread; an operator computes with libtorch's threads.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

namespace musicfleet::nn {

// Whether weights of this type on this device can be packed here: on the CPU, in fp32 anywhere, in bf16 where
// the processor computes with it.
bool packable(const at::Tensor& weight);

// weight: [out, in] → an opaque tensor for packed_linear().
at::Tensor pack_linear(const at::Tensor& weight);
// x: [..., in] → [..., out]; bias: [out] or undefined.
at::Tensor packed_linear(const at::Tensor& x, const at::Tensor& packed, const at::Tensor& bias);

// weight: [out, in, kernel] of a convolution of stride 1 → an opaque tensor for packed_convolution().
at::Tensor pack_convolution(const at::Tensor& weight, std::int64_t dilation);
// x: [rows, in], contiguous, time going down → [rows − dilation·(kernel − 1), out]: nothing is padded. The
// bias is [out] or undefined.
at::Tensor packed_convolution(const at::Tensor& x, const at::Tensor& packed, const at::Tensor& bias,
                              std::int64_t dilation);

}  // namespace musicfleet::nn
