// The coordinator's answers to operators: each order is on disk before dispatching knows of it.
#include "coordinator/dispatch/requeue.h"
#include "tests/simulation/coordinator_process.h"

namespace musicfleet::simulation {

void CoordinatorProcess::revoke(const WorkerId& worker) {
  process_.enter([this, worker] {
    door_.revoke(worker);
    apply(dispatch::WorkerRevoked{worker});
  });
}

void CoordinatorProcess::requeue(const JobId& id) {
  process_.enter([this, id] {
    const auto life = std::make_shared<dispatch::NewLife>();
    const auto put_back = [this, id, now = timeline_.wall_now(), life](Tables& tables) -> Result<> {
      const StoredJob* stored = tables.find(id);
      if (!stored || stored->job.state != JobState::kFailed)
        return fail(ErrorCode::kConflict, "job ", id, " has not failed");
      *life = dispatch::new_life(stored->job, now);
      judges_.each([&](Judge& judge) { judge.puts_back(stored->job, life->job); });
      requeued_.insert(id);
      return tables.apply({life->line, JobUpdated{life->job}});
    };
    store_.post(put_back, [this, id, life](const Result<>& stored) {
      if (!stored) return;
      if (const auto shown = board_.find(id); shown != board_.end())
        life->job.revision = shown->second.revision;
      apply(dispatch::Requeued{life->job});
    });
  });
}

void CoordinatorProcess::order_drain(const WorkerId& worker, bool drain) {
  process_.enter([this, worker, drain] {
    store_.post(
        [worker, drain](Tables& tables) {
          tables.set_drained(worker, drain);
          return Result<>();
        },
        [this, worker, drain](const Result<>& stored) {
          if (stored) apply(dispatch::DrainOrdered{worker, drain});
        });
  });
}

void CoordinatorProcess::set_limits(const TenantId& tenant, const TenantLimits& limits) {
  process_.enter([this, tenant, limits] {
    store_.post(
        [tenant, limits](Tables& tables) {
          tables.set_limits(tenant, limits);
          return Result<>();
        },
        [this, tenant, limits](const Result<>& stored) {
          if (stored) apply(dispatch::LimitsChanged{tenant, limits});
        });
  });
}

}  // namespace musicfleet::simulation
