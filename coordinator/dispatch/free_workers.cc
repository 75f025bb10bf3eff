#include "coordinator/dispatch/free_workers.h"

#include "coordinator/dispatch/planted_bug.h"

#include <algorithm>
#include <utility>

namespace musicfleet::dispatch {

void FreeWorkers::update(const FleetMember& worker, int busy, double speed, std::set<std::string> models) {
  remove(worker.name);
  const bool draining = worker.draining && !planted(Bug::kGrantToDraining);
  if (draining || busy >= worker.slots || models.empty()) return;
  Entry entry{{busy, -speed, worker.name}, std::move(models)};
  for (const std::string& model : entry.models) by_model_[model].insert(entry.place);
  places_.emplace(worker.name, std::move(entry));
}

void FreeWorkers::remove(const WorkerId& worker) {
  const auto found = places_.find(worker);
  if (found == places_.end()) return;
  for (const std::string& model : found->second.models) {
    const auto set = by_model_.find(model);
    set->second.erase(found->second.place);
    if (set->second.empty()) by_model_.erase(set);
  }
  places_.erase(found);
}

bool FreeWorkers::has_idle() const {
  return std::any_of(by_model_.begin(), by_model_.end(),
                     [](const auto& entry) { return std::get<0>(*entry.second.begin()) == 0; });
}

std::vector<std::string> FreeWorkers::open() const {
  std::vector<std::string> models;
  for (const auto& [model, workers] : by_model_) models.push_back(model);
  return models;
}

}  // namespace musicfleet::dispatch
