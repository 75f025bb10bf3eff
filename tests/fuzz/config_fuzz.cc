// libFuzzer: configuration files of both daemons; an odd first byte is the worker's. A refusal names the file
// or the setting; what the coordinator accepts is the same after it was printed and read again.
#include "common/config_file.h"
#include "coordinator/config.h"
#include "worker/config.h"

#include <cstdint>
#include <cstdlib>

namespace {

using namespace musicfleet;

constexpr char kFileName[] = "fuzz.toml";

void expect_helpful(const Error& error) {
  if (error.code != ErrorCode::kInvalidArgument || error.message.empty()) std::abort();
  if (error.message.find(kFileName) == std::string::npos && error.param.empty()) std::abort();
}

void read_coordinator(const std::string& text) {
  auto file = ConfigFile::parse(text, kFileName);
  if (!file) return expect_helpful(file.error());
  const auto config = config_of(std::move(*file));
  if (!config) return expect_helpful(config.error());
  const std::string printed = to_toml(*config);
  auto again = ConfigFile::parse(printed, kFileName);
  if (!again) std::abort();
  const auto same = config_of(std::move(*again));
  if (!same || to_toml(*same) != printed) std::abort();
}

void read_worker(const std::string& text) {
  auto file = ConfigFile::parse(text, kFileName);
  if (!file) return expect_helpful(file.error());
  WorkerConfig config;
  if (const Result<> taken = take_settings(std::move(*file), config); !taken)
    return expect_helpful(taken.error());
  if (const Result<> valid = validate(config); !valid && valid.error().param.empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
  if (data[0] % 2 == 0)
    read_coordinator(text);
  else
    read_worker(text);
  return 0;
}
