// What the routes of workers' keys ask of the coordinator. Implemented by coordinator/backend. Every
// call is made on the loop thread and its awaitable completes there; what changes something acts at once and
// is in the audit log under the operator's name.
#pragma once

#include "coordinator/http/backend.h"

namespace musicfleet::http {

struct WorkerKeyInfo {
  std::string public_key;
  WallTime added_at{};
  WallTime not_before{};
  std::optional<WallTime> expires_at;
  std::optional<WallTime> last_used_at;  // when a worker last said hello with it
  bool revoked = false;
  bool connected = false;  // the worker's connection has this key
};

class WorkerDesk {
 public:
  virtual ~WorkerDesk() = default;

  // A further key. With an overlap the worker's other keys end that long after the new one begins.
  virtual Awaitable<> add_worker_key(Operator by, WorkerId name, WorkerKeyOrder key,
                                     std::optional<std::chrono::seconds> overlap) = 0;
  // Oldest first; kNotFound for an unknown worker.
  virtual Awaitable<std::vector<WorkerKeyInfo>> worker_keys(WorkerId name) = 0;
  virtual Awaitable<> revoke_worker_key(Operator by, WorkerId name, std::string public_key) = 0;
};

}  // namespace musicfleet::http
