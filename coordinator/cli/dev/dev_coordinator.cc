#include "coordinator/cli/dev/dev_coordinator.h"

#include "common/config_file.h"
#include "coordinator/cli/dev_file.h"
#include "coordinator/cli/job_follower.h"
#include "coordinator/cli/json_fields.h"

#include <nlohmann/json.hpp>

#include <fstream>

namespace musicfleet::cli {
namespace {

constexpr const char* kAnyPort = "127.0.0.1:0";
constexpr std::chrono::milliseconds kLookAgain{50};

// "http://127.0.0.1:8080" and "tcp://127.0.0.1:7000" without what is before the host.
std::string address_of(const std::string& url) {
  const std::size_t scheme = url.find("://");
  return scheme == std::string::npos ? url : url.substr(scheme + 3);
}

}  // namespace

DevCoordinator::DevCoordinator(const DevFolder& folder, const std::filesystem::path& program,
                               const Clock& clock)
    : folder_(folder),
      clock_(clock),
      program_("the coordinator", {program, {"--config", folder.coordinator_config().string()}},
               folder.log("coordinator")) {}

Result<> DevCoordinator::configure(const std::string& http, const std::string& admin,
                                   const std::string& fleet) const {
  return write_private_file(
      folder_.coordinator_config(),
      concat("# Written by `musicfleet dev` at every start.\ndata_dir = ",
             toml_text(folder_.coordinator().string()), "\n\n[http]\nlisten = ", toml_text(http),
             "\n\n[admin]\nlisten = ", toml_text(admin), "\n\n[fleet]\nlisten = ", toml_text(fleet), '\n'));
}

Result<DevEndpoints> DevCoordinator::read_endpoints() const {
  std::ifstream file(folder_.endpoints_file());
  const nlohmann::json document = nlohmann::json::parse(file, nullptr, false);
  DevEndpoints endpoints{text_of(document, "http_url"), text_of(document, "admin_url"),
                         text_of(document, "fleet_endpoint"), text_of(document, "fleet_public_key")};
  if (endpoints.http_url.empty() || endpoints.admin_url.empty() || endpoints.fleet_endpoint.empty() ||
      endpoints.fleet_public_key.empty())
    return fail(ErrorCode::kCorrupt, folder_.endpoints_file().string(),
                " does not say where the coordinator listens");
  return endpoints;
}

Result<DevEndpoints> DevCoordinator::start(const std::string& http, std::stop_token stop) {
  std::error_code failed;
  std::filesystem::remove(folder_.endpoints_file(), failed);  // of an earlier run that was killed
  MF_CHECK(configure(http, kAnyPort, kAnyPort));
  MF_CHECK(program_.start(clock_.now()));
  while (!std::filesystem::exists(folder_.endpoints_file(), failed)) {
    if (!program_.is_running()) return Failure(program_.obituary());
    if (!pause_for(kLookAgain, stop)) return fail(ErrorCode::kCancelled, "stopped");
  }
  const DevEndpoints endpoints = MF_TRY(read_endpoints());
  MF_CHECK(configure(address_of(endpoints.http_url), address_of(endpoints.admin_url),
                     address_of(endpoints.fleet_endpoint)));
  return endpoints;
}

}  // namespace musicfleet::cli
