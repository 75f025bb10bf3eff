// A coordinator and its workers on loopback, brought up in order, looked after, and taken down in order: what
// `musicfleet dev` does. Main thread.
#pragma once

#include "coordinator/cli/api_client.h"
#include "coordinator/cli/dev/dev_coordinator.h"
#include "coordinator/cli/dev/dev_options.h"
#include "coordinator/cli/dev_file.h"

namespace musicfleet::cli {

class DevFleet {
 public:
  // `programs` is the folder of musicfleet-coordinator and musicfleet-worker.
  DevFleet(DevOptions options, const DevFolder& folder, std::filesystem::path programs, Console& console,
           const Clock& clock);

  // Until the stop request; then the workers finish the songs in hand and everything leaves. An Error says
  // why the fleet could not come up.
  Result<> run(std::stop_token stop);

 private:
  Result<> bring_up(std::stop_token stop);
  Result<> start_workers(const DevEndpoints& endpoints, ApiClient& admin);
  Result<> wait_for_workers(ApiClient& admin, std::stop_token stop);
  Command worker_command(const std::string& name, const DevEndpoints& endpoints) const;
  void greet(const DevFile& file);
  void take_down();
  bool wait_for_end(KeptProgram& program, std::chrono::seconds patience);

  bool embedded_model() const { return options_.model.empty(); }
  std::filesystem::path worker_program() const { return programs_ / "musicfleet-worker"; }
  Result<> check_programs() const;

  DevOptions options_;
  const DevFolder& folder_;
  const std::filesystem::path programs_;
  Console& console_;
  const Clock& clock_;
  DevCoordinator coordinator_;
  std::vector<std::string> names_;  // of the workers
  std::vector<KeptProgram> workers_;
};

}  // namespace musicfleet::cli
