#include "worker/config.h"

#include "common/config_file.h"
#include "worker/device/device_name.h"

namespace musicfleet {

Result<> read_config_file(const std::filesystem::path& path, WorkerConfig& config) {
  return take_settings(MF_TRY(ConfigFile::read(path)), config);
}

Result<> take_settings(ConfigFile file, WorkerConfig& config) {
  MF_CHECK(file.take("coordinator", config.coordinator));
  MF_CHECK(file.take("server_key", config.server_key));
  MF_CHECK(file.take("key", config.key));
  MF_CHECK(file.take("model", config.model));
  MF_CHECK(file.take("spool", config.spool));
  MF_CHECK(file.take("name", config.name));
  MF_CHECK(file.take("model_name", config.model_name));
  MF_CHECK(file.take("device", config.device));
  MF_CHECK(file.take("precision", config.precision));
  MF_CHECK(file.take("threads", config.threads, 0, 1024));
  MF_CHECK(file.take("slots", config.slots, 1, 64));
  MF_CHECK(file.take("log_level", config.log_level));
  return file.all_taken();
}

Result<> validate(const WorkerConfig& config) {
  const auto missing = [](std::string_view name, std::string_view what) {
    return fail_field(std::string(name), "is missing: ", what);
  };
  if (config.coordinator.empty()) return missing("coordinator", "for example tcp://coordinator.example:7000");
  if (!config.coordinator.starts_with("tcp://"))
    return fail_field("coordinator", "must begin with tcp://, not be '", config.coordinator, "'");
  if (config.server_key.empty())
    return missing("server_key", "the coordinator's public key, or a file with it");
  if (config.key.empty()) return missing("key", "the file that musicfleet-worker keygen wrote");
  if (config.model.empty()) return missing("model", "the folder of the checkpoint");
  if (config.spool.empty()) return missing("spool", "a folder for songs that wait for their upload");
  if (config.slots < 1 || config.slots > 64) return fail_field("slots", "must be from 1 to 64");
  if (config.threads < 0 || config.threads > 1024) return fail_field("threads", "must be from 0 to 1024");
  MF_CHECK(device::parse_device(config.device));
  if (config.precision != "fp32" && config.precision != "bf16")
    return fail_field("precision", "must be fp32 or bf16, not '", config.precision, "'");
  if (!log_level_of(config.log_level))
    return fail_field("log_level", "must be debug, info, warn or error, not '", config.log_level, "'");
  return {};
}

}  // namespace musicfleet
