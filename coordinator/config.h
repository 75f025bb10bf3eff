// What the coordinator can be told: defaults, the TOML file, its check and its print-out. Plain data and pure
// functions of it but for reading the file.
#pragma once

#include "common/config_file.h"
#include "common/log.h"
#include "coordinator/dispatch/settings.h"
#include "coordinator/failover_config.h"
#include "coordinator/retention_policy.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace musicfleet {

struct HostPort {
  std::string host;
  std::uint16_t port = 0;  // 0: any free one

  bool operator==(const HostPort&) const = default;
};

// "127.0.0.1:8080", "[::1]:8080", "localhost:0".
Result<HostPort> host_port_of(const std::string& text);
std::string to_text(const HostPort& address);

struct Config {
  std::filesystem::path data_dir = "/var/lib/musicfleet";
  std::filesystem::path backup_dir;  // of backups that operators order; empty: backups in data_dir
  LogLevel log_level = LogLevel::kInfo;

  HostPort http_listen{"127.0.0.1", 8080};
  std::string http_public_url;  // without a slash at its end; empty: http:// and the address
  bool http_behind_proxy = false;
  int http_max_connections = 1024;  // of clients at once; a song that is waited for is one
  bool http_page = true;            // the page at / and the API's description at /docs
  HostPort admin_listen{"127.0.0.1", 8081};
  HostPort fleet_listen{"127.0.0.1", 7000};
  std::filesystem::path fleet_key_file;  // empty: fleet.key in data_dir; made where it is missing
  // A second address with the next server key, for as long as workers move to it.
  std::optional<HostPort> fleet_next_listen;
  std::filesystem::path fleet_next_key_file;  // empty: fleet-next.key in data_dir; made where it is missing

  std::vector<std::string> webhooks_allow;  // what webhooks::TargetRules let through beyond public https
  std::filesystem::path webhooks_ca_file;   // certificates that endpoints are checked by; empty: the system's
  int webhooks_parallel = 16;               // endpoints that are sent to at the same time
  std::chrono::milliseconds webhooks_timeout{15'000};  // of an attempt

  std::map<std::string, std::string> music_models;  // model id of the ElevenLabs API → model of the fleet
  std::filesystem::path music_deny_file;            // what prompts may not ask for; empty: nothing
  std::string music_prompt_hook;                    // URL that is asked about each prompt; empty: none
  std::chrono::milliseconds music_prompt_hook_timeout{2'000};
  std::string music_prompt_hook_failure = "refuse";  // or "admit": what a hook that fails means
  std::chrono::milliseconds music_wait{230'000};     // a client that waits for its song is answered by then
  std::chrono::milliseconds music_worker_wait{30'000};  // how long no worker may be there until then
  int music_max_concurrent = 64;                        // songs that a tenant may wait for at a time
  bool music_cancel_abandoned = false;                  // songs whose client has gone are cancelled

  int max_live_jobs = 10'000;  // that are not over; all of them are held in memory
  dispatch::Settings dispatch;
  RetentionPolicy retention;
  FailoverConfig failover;  // songs that are bought, and money
};

// The file's settings over the defaults, all of them checked; errors name file, line and setting.
Result<Config> config_of(ConfigFile file);
// The whole configuration as a TOML file that gives it back.
std::string to_toml(const Config& config);

}  // namespace musicfleet
