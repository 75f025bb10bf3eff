#include "coordinator/elevenlabs/plan.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace musicfleet::elevenlabs {

milliseconds length_of(const Plan& plan) {
  milliseconds sum{0};
  for (const Section& section : plan.sections) sum += section.duration;
  return sum;
}

bool is_sung(const Plan& plan) {
  return std::any_of(plan.sections.begin(), plan.sections.end(),
                     [](const Section& section) { return !section.lines.empty(); });
}

std::vector<milliseconds> shares(milliseconds total, const std::vector<std::int64_t>& weights) {
  const std::int64_t whole = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
  std::vector<milliseconds> parts;
  parts.reserve(weights.size());
  std::int64_t weight = 0, given = 0;
  for (const std::int64_t one : weights) {
    weight += one;
    const std::int64_t end = total.count() * weight / whole;
    parts.emplace_back(end - std::exchange(given, end));
  }
  return parts;
}

}  // namespace musicfleet::elevenlabs
