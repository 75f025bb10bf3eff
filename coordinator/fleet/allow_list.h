// Which public keys belong to which workers. Written by the loop thread, asked by the thread that
// authenticates new connections: any thread.
#pragma once

#include "common/ids.h"

#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace musicfleet::fleet {

class AllowList {
 public:
  // Gives the key to the worker, in place of the one that it had, and takes it from whoever else had it.
  void allow(const WorkerId& worker, const std::string& public_key_z85);
  void revoke(const WorkerId& worker);

  std::optional<WorkerId> worker_of(const std::string& public_key_z85) const;

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, WorkerId> worker_of_;  // by key
};

}  // namespace musicfleet::fleet
