#include "coordinator/cli/transfer_rate.h"

#include <cmath>

namespace musicfleet::cli {
namespace {

constexpr double kLongestSeconds = 100 * 24 * 3600;

}  // namespace

void TransferRate::note(SteadyTime now, std::uint64_t bytes) {
  samples_.push_back({now, bytes});
  while (samples_.size() > 2 && now - samples_[1].time >= kWindow) samples_.pop_front();
}

double TransferRate::bytes_per_second() const {
  if (samples_.empty()) return 0;
  const double seconds = std::chrono::duration<double>(samples_.back().time - samples_.front().time).count();
  return seconds < 1 ? 0 : static_cast<double>(samples_.back().bytes - samples_.front().bytes) / seconds;
}

std::optional<std::chrono::seconds> TransferRate::time_for(std::uint64_t bytes) const {
  const double rate = bytes_per_second();
  if (rate <= 0) return {};
  const double seconds = std::ceil(static_cast<double>(bytes) / rate);
  if (seconds > kLongestSeconds) return {};
  return std::chrono::seconds(static_cast<std::int64_t>(seconds));
}

}  // namespace musicfleet::cli
