// Memory that this process may still take on the host: what the kernel calls available, or less where its
// control group (version 2) or one around that limits it. Linux; any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

namespace musicfleet::device {

// MemAvailable of a text in the format of /proc/meminfo, in bytes.
std::optional<std::uint64_t> available_in(std::string_view meminfo);

// proc and cgroup: where the kernel shows both. The largest number when nothing is known: nothing is refused
// then.
std::uint64_t free_host_bytes(const std::filesystem::path& proc = "/proc",
                              const std::filesystem::path& cgroup = "/sys/fs/cgroup");

}  // namespace musicfleet::device
