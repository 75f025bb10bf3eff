#include "tests/bench/stage_memory.h"

#include "worker/ace_v15/pipeline.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/zeros.h>

namespace musicfleet::ace_v15 {
namespace {

std::int64_t size(std::uint64_t n) { return static_cast<std::int64_t>(n); }

template <class Stage>
std::uint64_t peak_of(testing::MeteredAllocator& meter, Stage&& stage) {
  meter.forget_peak();
  const std::uint64_t before = meter.live();
  stage();
  return meter.peak() - before;
}

}  // namespace

std::uint64_t measure_conditioning(const Networks& networks, const model::SongShape& song,
                                   testing::MeteredAllocator& meter) {
  const at::ScalarType type = networks.transformer.type();
  const std::int64_t batch = size(song.batch);
  const at::Tensor timbre_hidden = at::zeros({batch, 1, networks.transformer.config().encoder_hidden_size},
                                             at::TensorOptions().dtype(type));
  return peak_of(meter, [&] {
    const auto mask = [&](std::uint64_t length) { return at::ones({batch, size(length)}, at::kBool); };
    const auto ids = [&](std::uint64_t length) { return at::zeros({batch, size(length)}, at::kLong); };
    const Packed text_hidden{networks.text_encoder(ids(song.text_tokens)), mask(song.text_tokens)};
    const Packed lyric{networks.text_encoder.embed(ids(song.lyric_tokens)), mask(song.lyric_tokens)};
    const Packed timbre{timbre_hidden, mask(1)};
    networks.condition_encoder(text_hidden, lyric, timbre);
  });
}

std::uint64_t measure_denoising(const Networks& networks, const model::SongShape& song,
                                testing::MeteredAllocator& meter) {
  const Transformer& transformer = networks.transformer;
  const at::TensorOptions options = at::TensorOptions().dtype(transformer.type());
  const std::int64_t batch = size(song.batch), frames = size(song.frames);
  const std::int64_t channels = transformer.config().audio_acoustic_hidden_dim;
  return peak_of(meter, [&] {
    const at::Tensor conditions = at::zeros(
        {batch, size(song.text_tokens + song.lyric_tokens + 1), transformer.config().encoder_hidden_size},
        options);
    const at::Tensor context = at::zeros({batch, frames, 2 * channels}, options);
    const at::Tensor noise = at::ones({batch, frames, channels}, options);
    const Transformer::Song prepared = transformer.prepare(conditions, context);
    std::optional<Transformer::Song> unconditional;
    if (song.guided) unconditional = transformer.prepare(conditions, context);
    const at::Tensor t = at::full({1}, 0.5, options);
    at::Tensor velocity = transformer.velocity(prepared, noise, t);
    if (unconditional) velocity = velocity + transformer.velocity(*unconditional, noise, t);
    const at::Tensor x = (noise.to(at::kFloat) + velocity.to(at::kFloat) * 0.1).to(noise.scalar_type());
  });
}

std::uint64_t measure_decoding(const Networks& networks, const model::SongShape& song, std::int64_t overlap,
                               testing::MeteredAllocator& meter) {
  const std::int64_t channels = networks.transformer.config().audio_acoustic_hidden_dim;
  return peak_of(meter, [&] {
    const at::Tensor z = at::zeros({size(song.batch), channels, size(song.frames)},
                                   at::TensorOptions().dtype(networks.transformer.type()));
    const Tiling tiling{.length = size(song.tile_frames == 0 ? song.frames : song.tile_frames),
                        .overlap = overlap};
    const at::Tensor samples =
        networks.vae_decoder.tiled(z, tiling, [](int, int) { return true; }).to(at::kFloat);
    peak_normalised(samples);
  });
}

}  // namespace musicfleet::ace_v15
