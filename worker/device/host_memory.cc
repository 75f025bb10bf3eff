#include "worker/device/host_memory.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>

namespace musicfleet::device {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The number after `key` and blanks.
std::optional<std::uint64_t> number_after(std::string_view text, std::string_view key) {
  const std::size_t at = text.find(key);
  if (at == std::string_view::npos) return std::nullopt;
  text.remove_prefix(at + key.size());
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() ? std::optional(number) : std::nullopt;
}

// What a control group's own limit leaves; nothing where it has none.
std::optional<std::uint64_t> left_in_group(const std::filesystem::path& folder) {
  const auto limit = number_after(text_of(folder / "memory.max"), "");  // none: "max"
  const auto used = number_after(text_of(folder / "memory.current"), "");
  if (!limit || !used) return std::nullopt;
  // Cached files make room.
  const std::uint64_t cached = number_after(text_of(folder / "memory.stat"), "\ninactive_file ").value_or(0);
  const std::uint64_t held = *used - std::min(cached, *used);
  return *limit - std::min(held, *limit);
}

// This process's group below the root of the tree, from /proc/self/cgroup; empty where it is the root, has no
// line of version 2, or lies outside of what a container sees ("/../other").
std::filesystem::path group_in(std::string_view self_cgroup) {
  std::size_t at = self_cgroup.starts_with("0::/") ? 0 : self_cgroup.find("\n0::/");
  if (at == std::string_view::npos) return {};
  at = self_cgroup.find('/', at) + 1;
  const std::filesystem::path group(self_cgroup.substr(at, self_cgroup.find('\n', at) - at));
  return std::find(group.begin(), group.end(), "..") == group.end() ? group : std::filesystem::path();
}

}  // namespace

std::optional<std::uint64_t> available_in(std::string_view meminfo) {
  const auto kibibytes = number_after(meminfo, "MemAvailable:");
  return kibibytes ? std::optional(*kibibytes * 1024) : std::nullopt;
}

std::uint64_t free_host_bytes(const std::filesystem::path& proc, const std::filesystem::path& cgroup) {
  std::uint64_t least =
      available_in(text_of(proc / "meminfo")).value_or(std::numeric_limits<std::uint64_t>::max());
  for (std::filesystem::path group = group_in(text_of(proc / "self" / "cgroup"));;
       group = group.parent_path()) {
    if (const auto left = left_in_group(cgroup / group)) least = std::min(least, *left);
    if (group.empty()) return least;
  }
}

}  // namespace musicfleet::device
