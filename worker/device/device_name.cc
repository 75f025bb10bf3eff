#include "worker/device/device_name.h"

#include <charconv>

namespace musicfleet::device {

Result<DeviceName> parse_device(std::string_view text) {
  constexpr std::string_view kCuda = "cuda";
  constexpr int kMostDevices = 64;
  if (text == "cpu") return DeviceName{};
  if (text == kCuda) return DeviceName{.cuda = true};
  if (text.starts_with("cuda:")) {
    const std::string_view digits = text.substr(kCuda.size() + 1);
    int index = -1;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    if (error == std::errc() && end == digits.data() + digits.size() && index >= 0 && index < kMostDevices)
      return DeviceName{.cuda = true, .index = index};
  }
  return fail_field("device", "must be cpu, cuda or cuda:N, not '", text, "'");
}

std::string text_of(const DeviceName& name) { return name.cuda ? concat("cuda:", name.index) : "cpu"; }

}  // namespace musicfleet::device
