// Which tiles a song is decoded in: the wanted ones where memory allows, smaller ones where it does not, none
// where even those do not fit. Tiles overlap by the decoder's reach, so all give the same samples
// to float rounding. Pure, any thread.
#pragma once

#include "common/model/memory_need.h"
#include "common/result.h"
#include "worker/ace_v15/config.h"
#include "worker/ace_v15/vae_decoder.h"

#include <vector>

namespace musicfleet::ace_v15 {

// Latent frames to each side that a decoded frame depends on.
std::int64_t decoder_reach(const VaeConfig& config);

// Tiles of the wanted length first, then half as long each time; all overlap by the decoder's reach.
std::vector<Tiling> tile_ladder(std::int64_t wanted_length, std::int64_t reach);

// The first of the ladder with which the song fits into `free_bytes` beside the weights, and its place there.
// `song` needs no tile_frames. Errors: kOutOfMemory with what the song needs and what is free.
Result<std::size_t> choose_tiling(const std::vector<Tiling>& ladder, const model::ModelWidths& widths,
                                  model::Placement placement, model::SongShape song,
                                  std::uint64_t free_bytes);

// "3.2 GB"
std::string gigabytes(std::uint64_t bytes);

}  // namespace musicfleet::ace_v15
