// Writes Ogg Opus files (libopusenc; RFC 7845, RFC 6716). The stream's serial number is fixed, so that equal
// audio makes equal bytes. Any thread.
#pragma once

#include "common/result.h"
#include "worker/engine.h"

#include <filesystem>

namespace musicfleet {

// Writes all of `pcm` to `path`; a file that is there is replaced. Errors name the path and leave whatever
// was written.
Result<> write_opus_file(const Pcm& pcm, int bit_rate_kbps, const std::filesystem::path& path);

}  // namespace musicfleet
