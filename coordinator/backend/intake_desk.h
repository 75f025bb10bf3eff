// Whether jobs are taken in: asked at every submission, kept in the store, so that a restart does not undo
// what an operator wants. Loop thread.
#pragma once

#include "coordinator/backend/audit_log.h"
#include "coordinator/http/intake_desk.h"

namespace musicfleet::backend {

class IntakeDesk final : public http::IntakeDesk {
 public:
  // Both outlive it.
  IntakeDesk(AuditLog& audit, const Clock& clock) : audit_(audit), clock_(clock) {}

  // First: what the store holds.
  void load(store::IntakeRow row) { intake_ = {row.paused_at, std::move(row.reason)}; }

  const http::Intake& intake() const override { return intake_; }
  http::Awaitable<http::Intake> pause(http::Operator by, std::string reason) override;
  http::Awaitable<http::Intake> resume(http::Operator by) override;

 private:
  http::Awaitable<http::Intake> become(http::Intake intake, store::AuditRecord record);

  AuditLog& audit_;
  const Clock& clock_;
  http::Intake intake_;
};

}  // namespace musicfleet::backend
