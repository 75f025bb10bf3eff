#include "coordinator/backend/drain_desk.h"

#include "coordinator/backend/awaited.h"

namespace musicfleet::backend {

http::Awaitable<> DrainDesk::order(WorkerId worker, bool drain) {
  std::function<Result<>(store::Writer&)> write = [worker, drain](store::Writer& writer) {
    return writer.access.set_drained(worker, drain);
  };
  const Result<> ordered = co_await written<void>(store_, std::move(write));
  if (!ordered) co_return ordered;
  dispatch::Event order = dispatch::DrainOrdered{worker, drain};
  co_await dispatch_.applied(std::move(order));
  co_return Result<>();
}

}  // namespace musicfleet::backend
