#include "worker/ace_v15/condition_encoder.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/argsort.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/gather.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <vector>

namespace musicfleet::ace_v15 {
namespace {

std::int64_t silence_frames(const nn::Weights& weights) {
  const std::vector<std::int64_t> shape = weights.shape_of("silence_latent");
  return shape.size() == 3 ? shape[1] : 1;
}

nn::Probe prefixed(const nn::Probe* probe, const char* prefix) {
  return [probe, prefix](std::string_view name, const at::Tensor& value) {
    nn::show(probe, prefix + std::string(name), value);
  };
}

}  // namespace

Packed pack(const Packed& first, const Packed& second) {
  const at::Tensor hidden = at::cat({first.hidden, second.hidden}, 1);
  const at::Tensor mask = at::cat({first.mask, second.mask}, 1);
  const at::Tensor order = at::argsort(mask.to(at::kInt), /*stable=*/true, /*dim=*/1, /*descending=*/true);
  const at::Tensor position = at::arange(mask.size(1), mask.options().dtype(at::kLong));
  return {at::gather(hidden, 1, order.unsqueeze(-1).expand_as(hidden)),
          position.unsqueeze(0) < mask.sum(1, /*keepdim=*/true)};
}

ConditionEncoder::ConditionEncoder(const nn::Weights& weights, const ConditionEncoderConfig& config)
    : null_condition_emb_(weights.tensor("null_condition_emb", {1, 1, config.hidden_size})),
      silence_latent_(
          weights.tensor("silence_latent", {1, silence_frames(weights), config.timbre_hidden_dim})),
      text_projector_(weights.scope("text_projector"), config.text_hidden_dim, config.hidden_size,
                      nn::Bias::kNone),
      lyric_encoder_(weights.scope("lyric_encoder"), config, config.text_hidden_dim,
                     config.num_lyric_encoder_hidden_layers, config.sliding_window, config.layer_types),
      timbre_encoder_(weights.scope("timbre_encoder"), config, config.timbre_hidden_dim,
                      config.num_timbre_encoder_hidden_layers, config.sliding_window, config.layer_types) {}

at::Tensor ConditionEncoder::timbre(const at::Tensor& latents, const nn::Probe* probe) const {
  const nn::Probe inner = prefixed(probe, "timbre_");
  const at::Tensor all = timbre_encoder_(latents, {}, &inner);
  nn::show(probe, "timbre_normed_all", all);
  return all.select(1, 0);
}

Packed ConditionEncoder::operator()(const Packed& text, const Packed& lyric, const Packed& timbre,
                                    const nn::Probe* probe) const {
  const nn::Probe inner = prefixed(probe, "lyric_");
  const at::Tensor lyric_hidden = lyric_encoder_(lyric.hidden, lyric.mask, &inner);
  nn::show(probe, "lyric_out", lyric_hidden);
  const at::Tensor text_hidden = text_projector_(text.hidden);
  nn::show(probe, "text_proj", text_hidden);
  return pack(pack({lyric_hidden, lyric.mask}, timbre), {text_hidden, text.mask});
}

Packed group_by_item(const at::Tensor& timbres, const at::Tensor& owner) {
  const at::Tensor on_cpu = owner.cpu().contiguous();
  const std::vector<std::int64_t> items(on_cpu.const_data_ptr<std::int64_t>(),
                                        on_cpu.const_data_ptr<std::int64_t>() + on_cpu.numel());
  const std::int64_t batch = *std::max_element(items.begin(), items.end()) + 1;
  std::vector<std::int64_t> count(static_cast<std::size_t>(batch), 0);
  for (const std::int64_t item : items) ++count[static_cast<std::size_t>(item)];
  const std::int64_t most = *std::max_element(count.begin(), count.end());

  Packed grouped{at::zeros({batch, most, timbres.size(1)}, timbres.options()),
                 at::zeros({batch, most}, timbres.options().dtype(at::kBool))};
  std::fill(count.begin(), count.end(), 0);
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::int64_t place = count[static_cast<std::size_t>(items[i])]++;
    grouped.hidden.select(0, items[i])
        .select(0, place)
        .copy_(timbres.select(0, static_cast<std::int64_t>(i)));
    grouped.mask.select(0, items[i]).select(0, place).fill_(true);
  }
  return grouped;
}

}  // namespace musicfleet::ace_v15
