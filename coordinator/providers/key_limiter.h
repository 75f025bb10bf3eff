// How many requests one key may have under way, learned from the vendor: from the header that says it, and
// from being told that it was too many. Also how long the key is left alone. Pure, one thread.
#pragma once

#include "coordinator/providers/circuit_breaker.h"

namespace musicfleet::providers {

class KeyLimiter {
 public:
  // More than a vendor is believed to allow.
  static constexpr int kMostAtOnce = 32;

  // So many at once until the vendor says otherwise.
  explicit KeyLimiter(int at_once) : limit_(at_once), at_once_(at_once) {}

  bool has_room(SteadyTime now) const { return now >= rests_until_ && running_ < at_once_; }
  int running() const { return running_; }
  int at_once() const { return at_once_; }
  // The vendor does not accept the key for now, and not because there was too much of it.
  bool refused(SteadyTime now) const { return refused_ && now < rests_until_; }
  SteadyTime rests_until() const { return rests_until_; }

  void begin() { ++running_; }
  void end() { --running_; }

  // The vendor's maximum-concurrent-requests.
  void learn(int maximum);
  // A request that end() was told of went through: slots that were taken away come back one by one.
  void went_through();
  // One that end() was told of was too many: as many as are under way now are enough, and none for `rest`.
  void was_too_many(SteadyTime now, Milliseconds rest);
  // How often in a row it was too many.
  int too_many_in_a_row() const { return too_many_; }
  void refuse(SteadyTime now, Milliseconds rest);

 private:
  int limit_;
  int at_once_;
  int running_ = 0;
  int too_many_ = 0;
  bool refused_ = false;
  SteadyTime rests_until_{};
};

}  // namespace musicfleet::providers
