#include "coordinator/store/cursor.h"

#include <charconv>

namespace musicfleet::store {
namespace {

constexpr std::size_t kLongestId = 128;

}  // namespace

std::string encode(const Cursor& cursor) {
  return concat(cursor.created_at.time_since_epoch().count(), '.', cursor.job);
}

Result<Cursor> decode_cursor(const std::string& text) {
  std::int64_t ms = 0;
  const char* end = text.data() + text.size();
  const auto [dot, error] = std::from_chars(text.data(), end, ms);
  if (error != std::errc() || dot == end || *dot != '.' || dot + 1 == end || text.size() > kLongestId)
    return fail_field("cursor", "is not one that a listing gave");
  return Cursor{WallTime(std::chrono::milliseconds(ms)), std::string(dot + 1, end)};
}

}  // namespace musicfleet::store
