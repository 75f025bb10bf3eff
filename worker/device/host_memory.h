// Memory that this process may still take on the host: what the kernel calls available, or less where a
// control group limits it. Linux; any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace musicfleet::device {

// MemAvailable of a text in the format of /proc/meminfo, in bytes; 0 when it is not there.
std::uint64_t available_in(std::string_view meminfo);

// proc and cgroup: where the kernel shows both. 0 when nothing is known.
std::uint64_t free_host_bytes(const std::filesystem::path& proc = "/proc",
                              const std::filesystem::path& cgroup = "/sys/fs/cgroup");

}  // namespace musicfleet::device
