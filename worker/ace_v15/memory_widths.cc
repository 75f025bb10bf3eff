#include "worker/ace_v15/memory_widths.h"

#include "worker/ace_v15/component_files.h"
#include "worker/nn/safetensors.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <string>
#include <string_view>

namespace musicfleet::ace_v15 {
namespace {

std::uint64_t count(std::int64_t n) { return static_cast<std::uint64_t>(n); }

model::StackWidths stack(const StackConfig& config, std::int64_t layers) {
  return {.hidden = count(config.hidden_size),
          .inner = count(config.intermediate_size),
          .heads = count(config.num_attention_heads),
          .kv_heads = count(config.num_key_value_heads),
          .head_dim = count(config.head_dim),
          .layers = count(layers)};
}

// Channels times samples after each up-sampling block; the widest.
std::uint64_t decoder_values(const VaeConfig& config) {
  std::int64_t widest = 0, samples = 1;
  for (std::size_t depth = config.channel_multiples.size(); depth-- > 0;) {
    samples *= config.downsampling_ratios[depth];
    const std::int64_t multiple = depth == 0 ? 1 : config.channel_multiples[depth - 1];
    widest = std::max(widest, samples * multiple * config.decoder_channels);
  }
  return count(widest);
}

// Numbers in the tensors of one component of the checkpoint that the engine holds.
Result<std::uint64_t> parameters_of(const std::filesystem::path& checkpoint, const ComponentFiles& files) {
  std::uint64_t total = 0;
  for (const nn::SafetensorsFile& file : MF_TRY(nn::open_component(checkpoint / files.folder, files.stem)))
    for (const auto& [name, entry] : file.entries)
      if (files.unused.empty() || !name.starts_with(files.unused))
        total += count(
            std::accumulate(entry.shape.begin(), entry.shape.end(), std::int64_t{1}, std::multiplies<>()));
  return total;
}

}  // namespace

model::ModelWidths memory_widths(const TextEncoderConfig& text, const ConditionEncoderConfig& condition,
                                 const TransformerConfig& transformer, const VaeConfig& vae,
                                 std::uint64_t parameters) {
  return {.parameters = parameters,
          .text = stack(text, text.num_hidden_layers),
          .condition = stack(condition, condition.num_lyric_encoder_hidden_layers),
          .transformer = stack(transformer, transformer.num_hidden_layers),
          .window = count(transformer.sliding_window),
          .patch_frames = count(transformer.patch_size),
          .latent_channels = count(transformer.audio_acoustic_hidden_dim),
          .audio_channels = count(vae.audio_channels),
          .hop = count(vae.hop()),
          .decoder_values = decoder_values(vae)};
}

Result<model::ModelWidths> read_memory_widths(const std::filesystem::path& folder) {
  const TextEncoderConfig text = MF_TRY(TextEncoderConfig::read(folder / kTextEncoderFiles.folder));
  const ConditionEncoderConfig condition =
      MF_TRY(ConditionEncoderConfig::read(folder / kConditionEncoderFiles.folder));
  const TransformerConfig transformer = MF_TRY(TransformerConfig::read(folder / kTransformerFiles.folder));
  const VaeConfig vae = MF_TRY(VaeConfig::read(folder / kVaeFiles.folder));
  std::uint64_t parameters = 0;
  for (const ComponentFiles& files :
       {kTextEncoderFiles, kConditionEncoderFiles, kTransformerFiles, kVaeFiles})
    parameters += MF_TRY(parameters_of(folder, files));
  return memory_widths(text, condition, transformer, vae, parameters);
}

}  // namespace musicfleet::ace_v15
