// One picture of the fleet for `musicfleet top`, from the coordinator's overview. Pure, any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace musicfleet::cli {

struct FrameSize {
  std::size_t columns = 0;  // 0: lines of any length
  std::size_t rows = 0;     // 0: as many as there are
};

// Lines without a line feed; nothing in them steers the terminal. What does not fit below is left out.
std::vector<std::string> top_frame(const nlohmann::json& overview, const std::string& url, FrameSize size);

}  // namespace musicfleet::cli
