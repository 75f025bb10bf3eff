#include "coordinator/backend/intake_desk.h"

#include <nlohmann/json.hpp>

namespace musicfleet::backend {
namespace {

constexpr auto kTarget = "intake";

}  // namespace

http::Awaitable<http::Intake> IntakeDesk::become(http::Intake intake, store::AuditRecord record) {
  const store::IntakeRow row{intake.paused_since, intake.reason};
  std::function<Result<>(store::Writer&)> write = [row](store::Writer& writer) {
    return writer.intake.write(row);
  };
  const Result<> stored = co_await audit_.change(std::move(record), std::move(write));
  if (!stored) co_return Failure(stored.error());
  intake_ = intake;
  co_return intake;
}

http::Awaitable<http::Intake> IntakeDesk::pause(http::Operator by, std::string reason) {
  std::string detail = nlohmann::ordered_json{{"reason", reason}}.dump();
  store::AuditRecord record = audit_.entry(by, "intake.pause", kTarget, std::move(detail));
  http::Intake intake{intake_.paused_since.value_or(clock_.wall_now()), std::move(reason)};
  co_return co_await become(std::move(intake), std::move(record));
}

http::Awaitable<http::Intake> IntakeDesk::resume(http::Operator by) {
  store::AuditRecord record = audit_.entry(by, "intake.resume", kTarget);
  http::Intake open;
  co_return co_await become(std::move(open), std::move(record));
}

}  // namespace musicfleet::backend
