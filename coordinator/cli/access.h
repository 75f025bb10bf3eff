// The options that say which coordinator a verb talks to, and with which key. Keys come from files only:
// what is in a command line or in the environment is seen by other processes. One thread.
#pragma once

#include "common/result.h"

#include <CLI/App.hpp>

#include <string>

namespace musicfleet::cli {

// One of the coordinator's two APIs, and the key for it.
struct Endpoint {
  std::string url;  // without a slash at the end
  std::string key;
};

// A coordinator's, unless it is told otherwise.
inline constexpr const char* kDefaultDataFolder = "/var/lib/musicfleet";

struct AccessOptions {
  std::string url;
  std::string api_key_file;
  std::string admin_url;
  std::string admin_key_file;
  std::string dev_folder;   // of `musicfleet dev`; empty: the default one, where it exists
  std::string data_folder;  // of a coordinator on this machine; empty: the default one, where it runs
};

// Adds them to the whole program, in a group of their own.
void add_access_options(CLI::App& app, AccessOptions& options);

// In this order: the URL that is given, the folders that are given, ./musicfleet-dev, the default data
// folder. A URL that is given takes the key from the file that is given, never from a folder: that key
// belongs to another coordinator. kInvalidArgument says which option is missing, kUnavailable that none runs
// there.
Result<Endpoint> public_endpoint(const AccessOptions& options);
Result<Endpoint> admin_endpoint(const AccessOptions& options);

}  // namespace musicfleet::cli
