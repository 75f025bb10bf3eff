// The embedded model in a folder of its own, and a short job for it. One thread.
#pragma once

#include "common/job_spec.h"
#include "tests/support/temporary_folder.h"
#include "worker/ace_v15/tiny/tiny_checkpoint.h"

#include <chrono>
#include <filesystem>

namespace musicfleet::testing {

class TinyModel {
 public:
  TinyModel() { written_ = ace_v15::write_tiny_checkpoint(folder_ / "tiny"); }

  // What writing it gave.
  const Result<>& written() const { return written_; }
  std::filesystem::path path() const { return folder_ / "tiny"; }

  static JobSpec job(std::chrono::milliseconds duration, std::uint64_t seed = 7) {
    JobSpec spec;
    spec.prompt = "lo-fi chill";
    spec.lyrics = "[Verse]\nstay a while";
    spec.duration = duration;
    spec.seed = seed;
    spec.steps = 2;
    return spec;
  }

 private:
  TemporaryFolder folder_;
  Result<> written_;
};

}  // namespace musicfleet::testing
