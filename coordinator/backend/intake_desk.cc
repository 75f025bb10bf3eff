#include "coordinator/backend/intake_desk.h"

#include "coordinator/backend/awaited.h"

namespace musicfleet::backend {

http::Awaitable<http::Intake> IntakeDesk::become(http::Intake intake) {
  const store::IntakeRow row{intake.paused_since, intake.reason};
  std::function<Result<>(store::Writer&)> write = [row](store::Writer& writer) {
    return writer.intake.write(row);
  };
  const Result<> stored = co_await written<void>(store_, std::move(write));
  if (!stored) co_return Failure(stored.error());
  intake_ = intake;
  co_return intake;
}

http::Awaitable<http::Intake> IntakeDesk::pause(std::string reason) {
  http::Intake intake{intake_.paused_since.value_or(clock_.wall_now()), std::move(reason)};
  co_return co_await become(std::move(intake));
}

http::Awaitable<http::Intake> IntakeDesk::resume() {
  http::Intake open;
  co_return co_await become(std::move(open));
}

}  // namespace musicfleet::backend
