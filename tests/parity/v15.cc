#include "tests/parity/v15.h"

namespace musicfleet::parity::v15 {

Result<> run(const GoldenFolder& golden, const Target& target, Report& report) {
  MF_CHECK(run_json_stages(golden, report));
  for (const std::string& stem : golden.stems()) {
    const GoldenFile file = MF_TRY(golden.file(stem));
    const bool made = stem.starts_with("pipe_") ? MF_TRY(run_pipeline_stage(golden, file, target, report))
                                                : MF_TRY(run_network_stage(golden, file, target, report));
    if (!made)
      for (const std::string& group : file.groups()) report.absent(file.stage(group));
    report.flush();
  }
  return {};
}

}  // namespace musicfleet::parity::v15
