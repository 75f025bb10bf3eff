// An error of the vendor's API: {"detail": …} in any of its forms. What the vendor writes may repeat the
// caller's prompt, so it goes to the caller and never into a log. Pure, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace musicfleet::providers {

struct VendorError {
  std::string code;         // "quota_exceeded"; empty: it gives none
  std::string message;      // its words
  std::string detail_json;  // the whole detail, to be passed on as it is
};

// Unset for a body that is no such error. A body of more than 64 KiB is none.
std::optional<VendorError> vendor_error_of(std::string_view body);

}  // namespace musicfleet::providers
