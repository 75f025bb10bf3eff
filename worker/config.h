// What a worker process must know, from its command line and its configuration file; the command line wins.
// Checked before anything is opened. Plain data, main thread.
#pragma once

#include "common/log.h"
#include "common/result.h"

#include <filesystem>
#include <string>

namespace musicfleet {

class ConfigFile;

struct WorkerConfig {
  std::string coordinator;      // "tcp://coordinator.example:7000"
  std::string server_key;       // the coordinator's public key in Z85, or a file that holds it
  std::filesystem::path key;    // this worker's secret key, written by keygen
  std::filesystem::path model;  // folder of the checkpoint
  std::filesystem::path spool;  // folder for songs that wait for their upload
  std::string name;        // the worker's name at the coordinator, to be warned of a mix-up; may be empty
  std::string model_name;  // what the fleet calls the model; empty: the folder's name
  std::string device = "cpu";
  std::string precision = "fp32";  // or "bf16"
  int threads = 0;                 // of the CPU; 0: one a core
  int slots = 2;                   // jobs held at a time
  std::string log_level = "info";
};

// Overwrites what the file names; settings have the names of the fields above. One that nobody knows is an
// error with its line.
Result<> take_settings(ConfigFile file, WorkerConfig& config);
Result<> read_config_file(const std::filesystem::path& path, WorkerConfig& config);

// Names the first setting that is missing or impossible.
Result<> validate(const WorkerConfig& config);

}  // namespace musicfleet
