// The opaque cursor of a listing: where the page before ended. Clients hand it back as it is. Any thread.
#pragma once

#include "coordinator/job.h"

#include <string>

namespace musicfleet::store {

struct Cursor {
  WallTime created_at{};
  std::string job;
};

std::string encode(const Cursor& cursor);
// kInvalidArgument (param "cursor") for what encode() did not make.
Result<Cursor> decode_cursor(const std::string& text);

}  // namespace musicfleet::store
