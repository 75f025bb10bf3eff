#include "coordinator/dispatch/agenda.h"

namespace musicfleet::dispatch {

void Agenda::set(const AgendaKey& key, SteadyTime time) {
  clear(key);
  times_.emplace(key, time);
  order_.emplace(time, key);
}

void Agenda::set_at_latest(const AgendaKey& key, SteadyTime time) {
  const auto found = times_.find(key);
  if (found == times_.end() || time < found->second) set(key, time);
}

void Agenda::clear(const AgendaKey& key) {
  const auto found = times_.find(key);
  if (found == times_.end()) return;
  order_.erase({found->second, key});
  times_.erase(found);
}

void Agenda::postpone(const std::set<Appointment>& kinds, Milliseconds by) {
  order_.clear();
  for (auto& [key, time] : times_) {
    if (kinds.count(key.what)) time += by;
    order_.emplace(time, key);
  }
}

std::optional<SteadyTime> Agenda::next() const {
  if (order_.empty()) return std::nullopt;
  return order_.begin()->first;
}

std::optional<AgendaKey> Agenda::take_due(SteadyTime now) {
  if (order_.empty() || order_.begin()->first > now) return std::nullopt;
  AgendaKey key = order_.begin()->second;
  clear(key);
  return key;
}

}  // namespace musicfleet::dispatch
