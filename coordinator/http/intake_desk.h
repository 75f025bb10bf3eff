// Whether jobs are taken in, and operators' wish to change that, as the routes need it. Implemented by
// coordinator/backend; tests implement it in memory. Loop thread; no call blocks it.
#pragma once

#include "coordinator/http/backend.h"

namespace musicfleet::http {

struct Intake {
  std::optional<WallTime> paused_since;  // unset: jobs are taken in
  std::string reason;                    // of the pause; may be empty

  bool paused() const { return paused_since.has_value(); }
};

class IntakeDesk {
 public:
  virtual ~IntakeDesk() = default;

  virtual const Intake& intake() const = 0;
  // Complete after the commit, the record of the operator in it, with what holds then. Pausing again keeps
  // the first time and takes the new reason. What is queued goes on.
  virtual Awaitable<Intake> pause(Operator by, std::string reason) = 0;
  virtual Awaitable<Intake> resume(Operator by) = 0;
};

}  // namespace musicfleet::http
