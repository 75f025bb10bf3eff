// How loud a song is, by ITU-R BS.1770-4 and EBU R 128 (libebur128). Pure, any thread.
#pragma once

#include "common/result.h"
#include "worker/engine.h"

namespace musicfleet {

struct Loudness {
  double integrated_lufs;  // gated, over the whole song; -infinity for silence and for less than 400 ms
  double true_peak_dbtp;   // highest of all channels between the samples too; -infinity for digital silence
};

Result<Loudness> measure_loudness(const Pcm& pcm);

}  // namespace musicfleet
