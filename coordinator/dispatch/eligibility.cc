#include "coordinator/dispatch/eligibility.h"

#include "coordinator/dispatch/planted_bug.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace musicfleet::dispatch {
namespace {

constexpr std::array<std::string_view, 6> kObstacleNames{"draining", "too_old", "model_missing",
                                                         "memory",   "resting", "no_free_slot"};

// Takes the number and the dot after it off the front.
int take_number(std::string_view& text) {
  int number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) {
    text = {};
    return 0;
  }
  text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
  if (!text.empty() && text.front() == '.')
    text.remove_prefix(1);
  else
    text = {};
  return number;
}

}  // namespace

std::string_view name_of(Obstacle obstacle) { return kObstacleNames[static_cast<std::size_t>(obstacle)]; }

std::optional<Refusal> eligible(const Job& job, const Candidate& candidate) {
  const FleetMember& worker = *candidate.worker;
  if (worker.draining && !planted(Bug::kGrantToDraining)) return Refusal{Obstacle::kDraining};
  if (is_older(worker.software_version, candidate.minimum_version)) return Refusal{Obstacle::kTooOld};
  const FleetModel* model = model_for(job, worker);
  if (!model) return Refusal{Obstacle::kModelMissing};
  const auto free = static_cast<std::int64_t>(worker.memory_free_bytes);
  const std::int64_t need = memory_need(job, *model);
  if (free > 0 && need > free && !planted(Bug::kIgnoreMemory)) return Refusal{Obstacle::kMemory, need, free};
  if (candidate.resting) return Refusal{Obstacle::kResting};
  if (candidate.busy >= worker.slots) return Refusal{Obstacle::kNoFreeSlot, 1, candidate.busy};
  return std::nullopt;
}

const FleetModel* model_for(const Job& job, const FleetMember& worker) {
  const FleetModel* found = nullptr;
  for (const FleetModel& model : worker.models) {
    const bool matches = job.spec.model.empty() || model.name == job.spec.model;
    if (matches && (!found || (model.loaded && !found->loaded))) found = &model;
  }
  return found;
}

std::int64_t memory_need(const Job& job, const FleetModel& model) {
  const double seconds = std::chrono::duration<double>(job.spec.duration).count();
  return static_cast<std::int64_t>(std::ceil(static_cast<double>(model.memory_fixed_bytes) +
                                             static_cast<double>(model.memory_bytes_per_second) * seconds));
}

bool is_older(std::string_view version, std::string_view minimum) {
  while (!minimum.empty()) {
    const int have = take_number(version), wanted = take_number(minimum);
    if (have != wanted) return have < wanted;
  }
  return false;
}

}  // namespace musicfleet::dispatch
