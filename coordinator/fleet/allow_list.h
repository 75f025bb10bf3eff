// Which public keys belong to which workers, and when: a key counts from its beginning to its end by the wall
// clock, without anybody having to act. Written by the loop thread, asked by the thread that authenticates
// new connections: any thread.
#pragma once

#include "common/clock.h"
#include "coordinator/fleet/fleet_port.h"

#include <mutex>
#include <optional>
#include <unordered_map>

namespace musicfleet::fleet {

class AllowList {
 public:
  explicit AllowList(const Clock& clock) : clock_(clock) {}

  // Gives the worker these keys, in place of those that it had, and takes them from whoever else had them.
  void admit(const WorkerId& worker, const std::vector<AllowedKey>& keys);
  void revoke(const WorkerId& worker) { admit(worker, {}); }

  // Whose key it is; nothing for a key that is on no list, not yet good or not any more.
  std::optional<WorkerId> worker_of(const std::string& public_key_z85) const;

 private:
  struct Entry {
    WorkerId worker;
    AllowedKey key;
  };

  const Clock& clock_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;  // by key
};

}  // namespace musicfleet::fleet
