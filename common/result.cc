#include "common/result.h"

#include <array>

namespace musicfleet {
namespace {

struct Entry {
  ErrorCode code;
  std::string_view name;
};

constexpr std::array<Entry, 13> kNames{{
    {ErrorCode::kInvalidArgument, "invalid_argument"},
    {ErrorCode::kUnauthenticated, "unauthenticated"},
    {ErrorCode::kForbidden, "forbidden"},
    {ErrorCode::kNotFound, "not_found"},
    {ErrorCode::kConflict, "conflict"},
    {ErrorCode::kTooLarge, "too_large"},
    {ErrorCode::kQuota, "quota_exceeded"},
    {ErrorCode::kUnavailable, "unavailable"},
    {ErrorCode::kTimeout, "timeout"},
    {ErrorCode::kCancelled, "cancelled"},
    {ErrorCode::kOutOfMemory, "out_of_memory"},
    {ErrorCode::kCorrupt, "corrupt"},
    {ErrorCode::kInternal, "internal"},
}};

}  // namespace

std::string_view name_of(ErrorCode code) {
  for (const Entry& entry : kNames)
    if (entry.code == code) return entry.name;
  return "internal";
}

ErrorCode error_code_of(std::string_view name) {
  for (const Entry& entry : kNames)
    if (entry.name == name) return entry.code;
  return ErrorCode::kInternal;
}

}  // namespace musicfleet
