#include "common/wire/field_reader.h"

#include "common/job_spec.h"

#include <algorithm>
#include <cmath>

namespace musicfleet::wire {

Result<std::string> read_text(std::string_view field, std::string_view text, std::size_t most,
                              Emptiness emptiness) {
  if (text.empty() && emptiness == Emptiness::kRefused)
    return fail(ErrorCode::kCorrupt, field, " must not be empty");
  if (text.size() > most)
    return fail(ErrorCode::kCorrupt, field, " must have at most ", most, " bytes, not ", text.size());
  if (!is_utf8(text)) return fail(ErrorCode::kCorrupt, field, " is not valid UTF-8");
  if (text.find('\0') != std::string_view::npos)
    return fail(ErrorCode::kCorrupt, field, " must not contain a NUL character");
  return std::string(text);
}

Result<JobId> read_job_id(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
  };
  if (text.empty() || text.size() > 64 || !std::all_of(text.begin(), text.end(), allowed))
    return fail(ErrorCode::kCorrupt, "lease.job must be 1 to 64 letters, digits, '_' or '-'");
  return JobId{std::string(text)};
}

Result<std::chrono::milliseconds> read_ms(std::string_view field, std::uint32_t value,
                                          std::chrono::milliseconds most) {
  const auto limit = static_cast<std::uint32_t>(most.count());
  return std::chrono::milliseconds(MF_TRY(read_number<std::uint32_t>(field, value, 0, limit)));
}

Result<double> read_decibels(std::string_view field, double value) {
  if (std::isnan(value) || (std::isinf(value) && value < 0)) return value;
  return read_number(field, value, -1000.0, 100.0);
}

Result<unsigned> read_count(std::string_view field, unsigned count, unsigned most) {
  if (count <= most) return count;
  return fail(ErrorCode::kCorrupt, field, " must have at most ", most, " entries, not ", count);
}

}  // namespace musicfleet::wire
