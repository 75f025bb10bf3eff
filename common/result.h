// Errors as values: every operation that can fail returns Result<T>, and the Error says what is wrong with
// which file, field or id, in a sentence fit for the person who reads it. Exceptions of libraries become
// Errors at three borders only: a GPU job, an HTTP request, a received message. Header-only, any thread.
#pragma once

#include <tl/expected.hpp>

#include <sstream>
#include <string>
#include <string_view>
#include <utility>

namespace musicfleet {

enum class ErrorCode {
  kInvalidArgument,  // the caller's input is wrong; never retried
  kUnauthenticated,  // no key, or a wrong one
  kForbidden,        // a good key that may not do this
  kNotFound,
  kConflict,  // contradicts what is stored: a lost lease, a reused idempotency key
  kTooLarge,
  kQuota,        // a limit of the tenant
  kUnavailable,  // a peer, a disk or a device is not there at the moment
  kTimeout,
  kCancelled,
  kOutOfMemory,
  kCorrupt,   // stored or received bytes are not what they claim to be
  kInternal,  // a bug or a failing library
};

// The name used in JSON, on the wire and in the log, e.g. "invalid_argument".
std::string_view name_of(ErrorCode code);
// The code of a name; kInternal for a name that this version does not know.
ErrorCode error_code_of(std::string_view name);

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
  std::string param = {};  // the request field at fault, e.g. "duration_seconds"; empty where there is none
};

template <class T = void>
using Result = tl::expected<T, Error>;

using Failure = tl::unexpected<Error>;

// Joins anything printable into one string.
template <class... Parts>
std::string concat(const Parts&... parts) {
  std::ostringstream out;
  (out << ... << parts);
  return std::move(out).str();
}

// fail(ErrorCode::kCorrupt, path, ": header says ", n, " bytes")
template <class... Parts>
Failure fail(ErrorCode code, const Parts&... parts) {
  return Failure(Error{code, concat(parts...)});
}

// fail_field("duration_seconds", "must be from 3 to 600, not ", n): invalid input, with the field's name.
template <class... Parts>
Failure fail_field(std::string field, const Parts&... parts) {
  return Failure(Error{ErrorCode::kInvalidArgument, concat(field, " ", parts...), std::move(field)});
}

}  // namespace musicfleet

#define MF_JOIN_EXPANDED(a, b) a##b
#define MF_JOIN(a, b) MF_JOIN_EXPANDED(a, b)
#define MF_TRY_NAMED(result, ...)                                         \
  ({                                                                      \
    auto result = (__VA_ARGS__);                                          \
    if (!result) return ::musicfleet::Failure(std::move(result).error()); \
    *std::move(result);                                                   \
  })

// MF_TRY(expression): the value of a Result, or leave the function with its error. May be nested.
#define MF_TRY(...) MF_TRY_NAMED(MF_JOIN(mf_try_, __COUNTER__), __VA_ARGS__)

// MF_CHECK(expression): the same as a statement, for a Result<void>.
#define MF_CHECK(...)                                              \
  do {                                                             \
    if (auto mf_checked = (__VA_ARGS__); !mf_checked)              \
      return ::musicfleet::Failure(std::move(mf_checked).error()); \
  } while (false)
