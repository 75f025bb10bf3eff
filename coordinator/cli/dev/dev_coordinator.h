// The coordinator of a development fleet: its configuration, its start, and where it listens. Main thread.
#pragma once

#include "coordinator/cli/dev/dev_folder.h"
#include "coordinator/cli/dev/kept_program.h"

#include <stop_token>

namespace musicfleet::cli {

// endpoints.json, as the coordinator writes it once it is up.
struct DevEndpoints {
  std::string http_url;
  std::string admin_url;
  std::string fleet_endpoint;
  std::string fleet_public_key;
};

class DevCoordinator {
 public:
  DevCoordinator(const DevFolder& folder, const std::filesystem::path& program, const Clock& clock);

  // Starts it and waits until it is up. The ports that it was given are then written into its configuration,
  // so that a restart has the same ones. kCancelled after a stop request; why it died, where it did.
  Result<DevEndpoints> start(const std::string& http, std::stop_token stop);

  KeptProgram& program() { return program_; }

 private:
  Result<> configure(const std::string& http, const std::string& admin, const std::string& fleet) const;
  Result<DevEndpoints> read_endpoints() const;

  const DevFolder& folder_;
  const Clock& clock_;
  KeptProgram program_;
};

}  // namespace musicfleet::cli
