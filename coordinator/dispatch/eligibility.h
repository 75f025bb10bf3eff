// Whether a worker may take a job: a pure function of the two, with the numbers behind a refusal.
#pragma once

#include "coordinator/dispatch/fleet_member.h"
#include "coordinator/dispatch/live_job.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace musicfleet::dispatch {

// A worker as placement sees it, for jobs of one model.
struct Candidate {
  const FleetMember* worker = nullptr;
  int busy = 0;          // jobs that it holds, whether or not they are its own any more
  double speed = 1;      // seconds of song made in a second, over its last songs; 1 where none is known
  double failures = 0;   // its lately failed jobs of this model, fading with time
  bool resting = false;  // failed too often lately: gets nothing of this model for a while
  std::string_view minimum_version = {};  // of its software; empty: any
  std::optional<double> wait_s = {};      // until it has made what it holds; unset: told by `busy`
};

// In the order in which they are asked: what is known to last comes first, what may change with the next
// heartbeat last.
enum class Obstacle { kDraining, kTooOld, kModelMissing, kMemory, kResting, kNoFreeSlot };

// "draining", "too_old", "model_missing", "memory", "resting", "no_free_slot".
std::string_view name_of(Obstacle obstacle);

struct Refusal {
  Obstacle what{};
  std::int64_t needed = 0;  // bytes for kMemory, a free slot for kNoFreeSlot
  std::int64_t there = 0;   // bytes; jobs held
};

// What keeps the worker from taking the job; unset where nothing does.
std::optional<Refusal> eligible(const Job& job, const Candidate& candidate);

// The worker's model that would make the job: the one that it names, or where it names none the first that is
// loaded, else the first. Null where there is none.
const FleetModel* model_for(const Job& job, const FleetMember& worker);

// Bytes that the job takes on the device beside the weights; 0: unknown.
std::int64_t memory_need(const Job& job, const FleetModel& model);

// Whether "1.2.10" comes before "1.3": number by number; whatever follows the numbers does not count.
bool is_older(std::string_view version, std::string_view minimum);

}  // namespace musicfleet::dispatch
