// What an operator calls a device: "cpu", "cuda" or "cuda:N". Plain data, any thread.
#pragma once

#include "common/result.h"

#include <string>
#include <string_view>

namespace musicfleet::device {

struct DeviceName {
  bool cuda = false;
  int index = 0;  // of the GPU, as CUDA_VISIBLE_DEVICES leaves them

  bool operator==(const DeviceName&) const = default;
};

// "cuda" is "cuda:0". Errors: kInvalidArgument of the field "device".
Result<DeviceName> parse_device(std::string_view text);
// "cpu", "cuda:1"
std::string text_of(const DeviceName& name);

}  // namespace musicfleet::device
