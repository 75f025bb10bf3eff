#include "worker/text/normalizer.h"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>

namespace musicfleet {
namespace {

struct Free {
  void operator()(utf8proc_uint8_t* bytes) const { std::free(bytes); }
};

}  // namespace

Result<std::string> to_nfc(std::string_view utf8) {
  utf8proc_uint8_t* composed = nullptr;
  const utf8proc_ssize_t length = utf8proc_map(
      reinterpret_cast<const utf8proc_uint8_t*>(utf8.data()), static_cast<utf8proc_ssize_t>(utf8.size()),
      &composed, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, Free> owner(composed);
  if (length < 0)
    return fail(ErrorCode::kInvalidArgument, "cannot normalise the text: ", utf8proc_errmsg(length));
  return std::string(reinterpret_cast<const char*>(composed), static_cast<std::size_t>(length));
}

}  // namespace musicfleet
