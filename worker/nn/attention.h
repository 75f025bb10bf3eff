// Grouped-query attention (arXiv:2305.13245) with RMS-normalised queries and keys, as Qwen3 and ACE-Step use
// it. Keys and values are computed apart from the queries, so that cross-attention can keep them over all
// solver steps. The checkpoint's names for the five projections come with the constructor. Immutable, any
// thread.
#pragma once

#include "worker/nn/linear.h"
#include "worker/nn/rms_norm.h"
#include "worker/nn/rotary.h"
#include "worker/nn/weights.h"

#include <ATen/core/Tensor.h>

#include <optional>
#include <string_view>

namespace musicfleet::nn {

struct AttentionShape {
  std::int64_t width = 0;  // of input and output
  std::int64_t heads = 0;
  std::int64_t kv_heads = 0;
  std::int64_t head_dim = 0;
  double norm_epsilon = 0;
  Bias bias = Bias::kNone;
};

struct AttentionNames {
  std::string_view query, key, value, output, query_norm, key_norm;
};

// transformers' Qwen3Attention.
inline constexpr AttentionNames kQwenAttentionNames{"q_proj", "k_proj", "v_proj",
                                                    "o_proj", "q_norm", "k_norm"};
// diffusers' Attention.
inline constexpr AttentionNames kDiffusersAttentionNames{"to_q",     "to_k",   "to_v",
                                                         "to_out.0", "norm_q", "norm_k"};

struct KeyValue {
  at::Tensor key;    // [batch, kv_heads, length, head_dim], normalised and rotated
  at::Tensor value;  // [batch, kv_heads, length, head_dim]
};

// Which keys a query sees.
struct AttentionMask {
  // Broadcastable to [batch, heads, queries, keys]: bool, true where a key is seen, or a number added to the
  // score; undefined: every key is seen.
  at::Tensor allowed;
  bool causal = false;  // only keys up to the query's own position; `allowed` is undefined then
};

class Attention {
 public:
  Attention(const Weights& weights, const AttentionShape& shape, const AttentionNames& names);

  // source: [batch, length, width]
  KeyValue key_value(const at::Tensor& source, const RotaryTable* rotary) const;
  // x: [batch, queries, width] → [batch, queries, width]
  at::Tensor attend(const at::Tensor& x, const KeyValue& kv, const RotaryTable* rotary,
                    const AttentionMask& mask) const;
  // Self-attention: keys, values and queries of the same x.
  at::Tensor operator()(const at::Tensor& x, const RotaryTable* rotary, const AttentionMask& mask) const;

 private:
  at::Tensor heads_of(const at::Tensor& projected, std::int64_t heads) const;

  std::int64_t heads_, kv_heads_, head_dim_;
  Linear query_, key_, value_, output_;
  RmsNorm query_norm_, key_norm_;
};

// bool [length, length]: |query − key| ≤ window. Undefined when that is every pair.
at::Tensor band_mask(std::int64_t length, std::int64_t window, at::Device device);

// The mask as numbers added to the scores: 0 where allowed, the type's lowest number elsewhere. A query that
// may see no key then sees all alike, as in the references; with a bool mask it would be undefined.
at::Tensor additive_mask(const at::Tensor& allowed, at::ScalarType type);

}  // namespace musicfleet::nn
