#include "worker/nn/attention.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/zeros.h>
#include <c10/util/BFloat16.h>

#include <limits>

namespace musicfleet::nn {
namespace {

// Each key head serves heads / kv_heads query heads in a row.
at::Tensor for_every_query_head(const at::Tensor& x, std::int64_t group) {
  if (group == 1) return x;
  return x.unsqueeze(2).expand({-1, -1, group, -1, -1}).flatten(1, 2);
}

}  // namespace

Attention::Attention(const Weights& weights, const AttentionShape& shape, const AttentionNames& names)
    : heads_(shape.heads),
      kv_heads_(shape.kv_heads),
      head_dim_(shape.head_dim),
      query_(weights.scope(names.query), shape.width, shape.heads * shape.head_dim, shape.bias),
      key_(weights.scope(names.key), shape.width, shape.kv_heads * shape.head_dim, shape.bias),
      value_(weights.scope(names.value), shape.width, shape.kv_heads * shape.head_dim, shape.bias),
      output_(weights.scope(names.output), shape.heads * shape.head_dim, shape.width, shape.bias),
      query_norm_(weights, names.query_norm, shape.head_dim, shape.norm_epsilon),
      key_norm_(weights, names.key_norm, shape.head_dim, shape.norm_epsilon) {}

at::Tensor Attention::heads_of(const at::Tensor& projected, std::int64_t heads) const {
  return projected.view({projected.size(0), projected.size(1), heads, head_dim_});
}

KeyValue Attention::key_value(const at::Tensor& source, const RotaryTable* rotary) const {
  at::Tensor key = key_norm_(heads_of(key_(source), kv_heads_)).transpose(1, 2);
  if (rotary != nullptr) key = rotary->rotate(key);
  return {key, heads_of(value_(source), kv_heads_).transpose(1, 2)};
}

at::Tensor Attention::attend(const at::Tensor& x, const KeyValue& kv, const RotaryTable* rotary,
                             const AttentionMask& mask) const {
  at::Tensor query = query_norm_(heads_of(query_(x), heads_)).transpose(1, 2);
  if (rotary != nullptr) query = rotary->rotate(query);
  const std::int64_t group = heads_ / kv_heads_;
  std::optional<at::Tensor> allowed;
  if (mask.allowed.defined()) allowed = mask.allowed;
  const at::Tensor mixed = at::scaled_dot_product_attention(query, for_every_query_head(kv.key, group),
                                                            for_every_query_head(kv.value, group), allowed,
                                                            /*dropout_p=*/0.0, mask.causal);
  return output_(mixed.transpose(1, 2).flatten(2, 3));
}

at::Tensor Attention::operator()(const at::Tensor& x, const RotaryTable* rotary,
                                 const AttentionMask& mask) const {
  return attend(x, key_value(x, rotary), rotary, mask);
}

at::Tensor band_mask(std::int64_t length, std::int64_t window, at::Device device) {
  if (window >= length - 1) return {};
  // Cut out in place: the positions' differences would be numbers of eight bytes, and a long song has
  // millions.
  const at::Tensor every = at::ones({length, length}, at::TensorOptions().device(device).dtype(at::kBool));
  return every.tril_(window).triu_(-window);
}

at::Tensor additive_mask(const at::Tensor& allowed, at::ScalarType type) {
  // Rounded to bf16 the lowest float would be −∞, so the limit is taken of the type itself.
  const double lowest = type == at::kBFloat16
                            ? static_cast<double>(std::numeric_limits<c10::BFloat16>::lowest())
                            : static_cast<double>(std::numeric_limits<float>::lowest());
  return at::zeros(allowed.sizes(), allowed.options().dtype(type))
      .masked_fill_(allowed.logical_not(), lowest);
}

}  // namespace musicfleet::nn
