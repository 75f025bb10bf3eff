// The checks that decoding makes of every field, each naming the field in its error. Values only; the Cap'n
// Proto readers stay with the caller. Any thread.
#pragma once

#include "common/ids.h"
#include "common/result.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace musicfleet::wire {

enum class Emptiness { kAllowed, kRefused };

// UTF-8, no NUL, at most so many bytes.
Result<std::string> read_text(std::string_view field, std::string_view text, std::size_t most,
                              Emptiness emptiness);

// 1 … 64 letters, digits, '_' or '-': such an id may become the name of a file.
Result<JobId> read_job_id(std::string_view text);

// A number of the named field within [least, most]; NaN is outside.
template <class T>
Result<T> read_number(std::string_view field, T value, T least, T most) {
  if (value >= least && value <= most) return value;
  return fail(ErrorCode::kCorrupt, field, " must be from ", +least, " to ", +most, ", not ", +value);
}

Result<std::chrono::milliseconds> read_ms(std::string_view field, std::uint32_t value,
                                          std::chrono::milliseconds most);

// Decibels as measured: NaN or −infinity for silence, else a plausible number.
Result<double> read_decibels(std::string_view field, double value);

// The length of a list.
Result<unsigned> read_count(std::string_view field, unsigned count, unsigned most);

}  // namespace musicfleet::wire
