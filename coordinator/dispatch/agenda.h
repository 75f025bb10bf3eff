// What is to happen when: at most one time for each (kind, id), found again by either. Keeps the dispatcher's
// one timer and makes renewing a lease O(log n).
#pragma once

#include "coordinator/dispatch/instant.h"

#include <map>
#include <optional>
#include <set>
#include <string>

namespace musicfleet::dispatch {

enum class Appointment {
  kRestOver,       // a job's wait before its next attempt is over
  kJobDeadline,    // of a queued job
  kLeaseExpiry,    // of a leased job
  kStall,          // a leased job has not moved for too long
  kWorkerRested,   // a worker that failed too often may try again
  kWorkerSilence,  // a worker has not been heard for a lease period
  kReroute,        // a queued job is asked for anew: fleet or provider
};

struct AgendaKey {
  Appointment what{};
  std::string id;  // of the job or worker

  auto operator<=>(const AgendaKey&) const = default;
};

class Agenda {
 public:
  // Sets the time, in place of an earlier one for the same key.
  void set(const AgendaKey& key, SteadyTime time);
  // The same, but an earlier one stays.
  void set_at_latest(const AgendaKey& key, SteadyTime time);
  void clear(const AgendaKey& key);
  // Moves every appointment of these kinds on by the same time.
  void postpone(const std::set<Appointment>& kinds, Milliseconds by);
  std::optional<SteadyTime> next() const;
  // Takes out the earliest appointment that is due at `now`.
  std::optional<AgendaKey> take_due(SteadyTime now);

 private:
  std::map<AgendaKey, SteadyTime> times_;
  std::set<std::pair<SteadyTime, AgendaKey>> order_;
};

}  // namespace musicfleet::dispatch
