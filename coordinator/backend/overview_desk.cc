#include "coordinator/backend/overview_desk.h"

#include "coordinator/backend/awaited.h"

namespace musicfleet::backend {

http::Awaitable<http::Overview> OverviewDesk::overview() {
  http::Overview overview;
  const SteadyTime asked = parts_.clock.now();
  std::function<Result<>(store::Writer&)> nothing = [](store::Writer&) { return Result<>{}; };
  const Result<> committed = co_await written<void>(parts_.store, std::move(nothing));
  overview.commit_time = std::chrono::duration_cast<std::chrono::microseconds>(parts_.clock.now() - asked);
  overview.store_ok = committed && parts_.dispatch.store_ok();
  auto workers = co_await parts_.backend.workers();
  if (!workers) co_return Failure(workers.error());
  overview.workers = std::move(*workers);
  overview.at = parts_.clock.wall_now();
  overview.intake = parts_.intake.intake();
  overview.tenants = parts_.board.tenants();
  const EndTally& ends = parts_.metrics.ends();
  for (const int minutes : {1, 5, EndTally::kMinutes})
    overview.ended.push_back(ends.last(minutes, overview.at));
  overview.failures = {ends.failures().begin(), ends.failures().end()};
  overview.speeds = ends.speeds();
  co_return overview;
}

}  // namespace musicfleet::backend
