#include "coordinator/backend/drain_desk.h"

namespace musicfleet::backend {

http::Awaitable<> DrainDesk::order(http::Operator by, WorkerId worker, bool drain) {
  store::AuditRecord record = audit_.entry(by, drain ? "worker.drain" : "worker.resume", worker.value);
  std::function<Result<>(store::Writer&)> write = [worker, drain](store::Writer& writer) {
    return writer.workers.set_drained(worker, drain);
  };
  const Result<> ordered = co_await audit_.change(std::move(record), std::move(write));
  if (!ordered) co_return ordered;
  dispatch::Event order = dispatch::DrainOrdered{worker, drain};
  co_await dispatch_.applied(std::move(order));
  co_return Result<>();
}

}  // namespace musicfleet::backend
