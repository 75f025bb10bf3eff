// How operators drain a worker and resume it, as the routes need it. Implemented by coordinator/backend;
// tests implement it in memory. Loop thread; no call blocks it.
#pragma once

#include "coordinator/http/backend.h"

namespace musicfleet::http {

class DrainDesk {
 public:
  virtual ~DrainDesk() = default;

  // The worker takes no new job from now on, gives back what it has not begun, finishes the rest, and stays
  // so over restarts of both sides until resume(). Committed, with its record in the audit log, when it
  // completes; doing it twice is doing it once. kNotFound for a worker that was never added.
  virtual Awaitable<> drain(Operator by, WorkerId worker) = 0;
  // Undoes drain(). A worker that is leaving by itself is not held back.
  virtual Awaitable<> resume(Operator by, WorkerId worker) = 0;
};

}  // namespace musicfleet::http
