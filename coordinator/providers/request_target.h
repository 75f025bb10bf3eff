// Where requests for songs go, and how long each may take. Plain data and a check of it, any thread.
#pragma once

#include "common/result.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

namespace musicfleet::providers {

struct RequestLimits {
  std::chrono::milliseconds connect{10'000};
  std::chrono::milliseconds first_byte{240'000};  // from the start to the first line of the answer
  std::chrono::milliseconds idle{60'000};         // without a byte of the answer
  std::chrono::milliseconds total{300'000};
  std::uint64_t most_song_bytes = std::uint64_t{256} << 20;
};

struct RequestTarget {
  std::string base_url = "https://api.elevenlabs.io";  // without a slash at its end
  std::filesystem::path ca_file;                       // certificates to trust; empty: the system's
  RequestLimits limits;
};

// kInvalidArgument for what is no https URL. http is for servers on this machine only: the key would be
// readable.
Result<> check_base_url(const std::string& url);

}  // namespace musicfleet::providers
