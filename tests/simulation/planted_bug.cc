#include "tests/simulation/planted_bug.h"

namespace musicfleet {
namespace {

// The switch must reach into code that knows nothing of it.
thread_local std::optional<dispatch::Bug> chosen;

}  // namespace

bool dispatch::planted(Bug bug) { return chosen == bug; }

namespace simulation {

const std::vector<std::pair<std::string_view, dispatch::Bug>>& planted_bugs() {
  using enum dispatch::Bug;
  static const std::vector<std::pair<std::string_view, dispatch::Bug>> all{
      {"skip-epoch-on-upload", kSkipEpochOnUpload},
      {"renew-unnamed", kRenewUnnamed},
      {"forget-retry", kForgetRetry},
      {"grant-to-draining", kGrantToDraining},
      {"reuse-epoch", kReuseEpoch},
      {"ignore-cancel", kIgnoreCancel},
      {"lose-leased-at-restart", kLoseLeasedAtRestart},
      {"keep-silent-lease", kKeepSilentLease},
      {"retry-invalid-input", kRetryInvalidInput},
      {"take-lease-on-reconnect", kTakeLeaseOnReconnect},
      {"forget-strays", kForgetStrays},
      {"ignore-hang", kIgnoreHang},
      {"retry-for-ever", kRetryForEver},
      {"any-lease-is-ours", kAnyLeaseIsOurs},
      {"ignore-deadline", kIgnoreDeadline},
      {"ignore-running-limit", kIgnoreRunningLimit},
      {"miscount-queue", kMiscountQueue},
      {"forget-drain-order", kForgetDrainOrder},
      {"drain-for-ever", kDrainForEver},
      {"priority-for-ever", kPriorityForEver},
      {"ignore-failures", kIgnoreFailures},
      {"rest-for-ever", kRestForEver},
      {"back-to-where-it-failed", kBackToWhereItFailed},
      {"ignore-memory", kIgnoreMemory},
      {"requeue-from-epoch-zero", kRequeueFromEpochZero},
      {"requeue-spent-attempts", kRequeueSpentAttempts},
      {"forget-the-dead", kForgetTheDead},
      {"forget-unknown", kForgetUnknown},
      {"give-back-unknown", kGiveBackUnknown},
      {"forget-spending", kForgetSpending},
      {"ignore-budget", kIgnoreBudget},
      {"sell-shadows", kSellShadows},
      {"forget-bought-lease", kForgetBoughtLease},
      {"buy-before-commit", kBuyBeforeCommit},
      {"effects-before-commit", kEffectsBeforeCommit},
      {"forget-idempotency-key", kForgetIdempotencyKey},
      {"forget-admissions", kForgetAdmissions},
  };
  return all;
}

PlantedBug::PlantedBug(dispatch::Bug bug) { chosen = bug; }
PlantedBug::~PlantedBug() { chosen.reset(); }

}  // namespace simulation
}  // namespace musicfleet
