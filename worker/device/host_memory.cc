#include "worker/device/host_memory.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>
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

}  // namespace

std::uint64_t available_in(std::string_view meminfo) {
  return number_after(meminfo, "MemAvailable:").value_or(0) * 1024;
}

std::uint64_t free_host_bytes(const std::filesystem::path& proc, const std::filesystem::path& cgroup) {
  const std::uint64_t available = available_in(text_of(proc / "meminfo"));
  const auto limit = number_after(text_of(cgroup / "memory.max"), "");  // none: "max"
  const auto used = number_after(text_of(cgroup / "memory.current"), "");
  if (!limit || !used) return available;
  // Cached files make room.
  const std::uint64_t cached = number_after(text_of(cgroup / "memory.stat"), "\ninactive_file ").value_or(0);
  const std::uint64_t held = *used - std::min(cached, *used);
  return std::min(available, *limit - std::min(held, *limit));
}

}  // namespace musicfleet::device
