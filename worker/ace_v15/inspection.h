// What a checkpoint folder is and whether it would load, found by binding every component with the code that
// loads it, on tensors without memory: only headers and JSON files are read, however large the folder.
// Collects everything that is wrong instead of ending at the first. One thread.
#pragma once

#include "common/model/memory_need.h"
#include "worker/ace_v15/recommended.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace musicfleet::ace_v15 {

struct ComponentFacts {
  std::string name;                  // its folder: "transformer"
  std::size_t tensors = 0;           // in its files
  std::int64_t parameters = 0;       // numbers in them
  std::int64_t used_parameters = 0;  // that text to music loads
  std::uint64_t file_bytes = 0;
  std::set<std::string> precisions;  // of the files, as safetensors spells them: "BF16"
};

struct Inspection {
  bool is_turbo = false;
  std::string variant;  // "turbo", "base", "sft", or "base or sft" where the configuration does not say which
  std::string size;     // of the transformer: "2B", "XL" or "other"
  int sample_rate_hz = 0;
  Recommended recommended{};
  std::vector<ComponentFacts> components;
  // For memory_need(); absent where the configuration is at fault.
  std::optional<model::ModelWidths> widths;
  std::vector<std::string> faults;  // a sentence each; empty: it loads
};

Inspection inspect(const std::filesystem::path& folder);

}  // namespace musicfleet::ace_v15
