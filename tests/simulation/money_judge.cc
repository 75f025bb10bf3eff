#include "tests/simulation/money_judge.h"

#include "tests/simulation/trace_text.h"

namespace musicfleet::simulation {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;
using enum PurchaseState;

sys_days day_of(WallTime at) { return std::chrono::floor<days>(at); }

bool is_same_month(WallTime a, WallTime b) {
  const year_month_day left(day_of(a)), right(day_of(b));
  return left.year() == right.year() && left.month() == right.month();
}

}  // namespace

void MoneyJudge::hears(const dispatch::Dispatcher&, const dispatch::Event& event) {
  if (const auto* changed = std::get_if<dispatch::LimitsChanged>(&event))
    limits_[changed->tenant] = changed->limits;
  if (const auto* settled = std::get_if<dispatch::PurchaseSettled>(&event))
    known_[settled->lease].state = tables_.money().purchases().at(settled->lease).state;
  if (!std::get_if<dispatch::Restored>(&event)) return;
  known_.clear();
  for (const auto& [lease, purchase] : tables_.money().purchases()) {
    if (purchase.state == kIntended)
      verdict_.broken("no purchase is forgotten", text_of(lease), " is under way in no process");
    known_[lease] = {purchase.intent, purchase.state};
  }
}

void MoneyJudge::decided(const dispatch::Dispatcher&, const dispatch::Decisions& decisions) {
  for (const Change& change : decisions.changes) {
    if (const auto* intent = std::get_if<PurchaseIntent>(&change)) {
      judge_intent(*intent);
      known_[intent->lease] = {*intent, kIntended};
    }
    if (const auto* end = std::get_if<PurchaseEnd>(&change)) known_[end->lease].state = end->state;
  }
}

void MoneyJudge::judge_intent(const PurchaseIntent& intent) {
  const auto tenant = limits_.find(intent.tenant);
  const TenantLimits limits = tenant == limits_.end() ? TenantLimits{} : tenant->second;
  const bool delivers = intent.purpose == PurchasePurpose::kDelivery;
  for (const auto& [lease, known] : known_) {
    if (lease.job != intent.lease.job || known.state == kNotBought || known.state == kLost) continue;
    const bool shadow = known.intent.purpose == PurchasePurpose::kShadow && known.state == kBought;
    if (known.state == kUnknown ? limits.buys_again : shadow && delivers) continue;
    verdict_.broken("no job is bought twice", text_of(intent.lease), " though ", text_of(lease), " is ",
                    name_of(known.state));
  }
  if (limits.policy == RoutingPolicy::kFleetOnly)
    verdict_.broken("policies hold", text_of(intent.lease), " is bought for a tenant that buys nothing");
  judge_budget({}, budget_, intent);
  judge_budget(intent.tenant, ledger::spending_limits_of(limits), intent);
}

void MoneyJudge::judge_budget(const TenantId& whose, const ledger::SpendingLimits& limits,
                              const PurchaseIntent& intent) {
  MicroDollars day = intent.price, month = intent.price;
  for (const auto& [lease, known] : known_) {
    if (known.state == kNotBought || (!whose.empty() && known.intent.tenant != whose)) continue;
    if (day_of(known.intent.at) == day_of(intent.at)) day += known.intent.price;
    // What is dated after today, because somebody set the clock, counts when its day comes.
    if (is_same_month(known.intent.at, intent.at) && day_of(known.intent.at) <= day_of(intent.at))
      month += known.intent.price;
  }
  if ((limits.day && day > *limits.day) || (limits.month && month > *limits.month))
    verdict_.broken("budgets hold", text_of(intent.lease), " brings ", whose.empty() ? "all" : whose.value,
                    " to ", to_text(day), " a day and ", to_text(month), " a month");
}

void MoneyJudge::orders(const PurchaseIntent& intent) {
  const auto& purchases = tables_.money().purchases();
  if (!purchases.contains(intent.lease))
    verdict_.broken("commit before effect", "the order of ", text_of(intent.lease),
                    " leaves before its intent is on disk");
}

void MoneyJudge::closes() {
  judge_charges();
  judge_sales();
}

void MoneyJudge::judge_charges() {
  const auto& purchases = tables_.money().purchases();
  for (const auto& [lease, times] : vendor_.paid()) {
    const auto found = purchases.find(lease);
    const auto state = found == purchases.end() ? kNotBought : found->second.state;
    if (times != 1 || state == kNotBought || state == kIntended)
      verdict_.broken("what is paid is charged", text_of(lease), " was paid ", times, " times and is ",
                      name_of(state));
  }
  MicroDollars deliveries, listed, charges;
  for (const auto& [lease, purchase] : purchases) {
    const MicroDollars price = purchase.intent.price;
    if (purchase.state == kIntended)
      verdict_.broken("every purchase ends", text_of(lease), " is still under way");
    if (purchase.state == kUnknown || purchase.state == kLost) listed += price;
    if (purchase.state != kBought) continue;
    const StoredJob* stored = tables_.find(lease.job);
    const bool delivered = stored && stored->has_been(JobState::kSucceeded, lease.epoch);
    // A shadow's song, and one whose job was cancelled, have only this row to be found by.
    const bool kept = purchase.object.empty() ? delivered : shelf_.find(purchase.object) != nullptr;
    if (!vendor_.paid().contains(lease) || !kept)
      verdict_.broken("charges are deliveries", text_of(lease), " is bought, and its song nowhere");
    deliveries += price;
  }
  for (const LedgerEntry& row : tables_.money().ledger())
    if (row.kind == EntryKind::kPurchase || row.kind == EntryKind::kShadowPurchase ||
        row.kind == EntryKind::kUnknownPurchase || row.kind == EntryKind::kRefund)
      charges += row.amount;
  if (charges != deliveries + listed)
    verdict_.broken("charges are deliveries", to_text(charges), " charged, ", to_text(deliveries),
                    " delivered, ", to_text(listed), " unknown or lost");
}

void MoneyJudge::judge_sales() {
  std::map<JobId, int> sales, songs;
  for (const LedgerEntry& row : tables_.money().ledger()) {
    if (row.kind == EntryKind::kSale) ++sales[row.job];
    const StoredJob* stored = tables_.find(row.job);
    const bool delivered = stored && stored->has_been(JobState::kSucceeded, row.epoch);
    if ((row.kind == EntryKind::kSale || row.kind == EntryKind::kFleetSong) && !delivered)
      verdict_.broken("one sale a job", row.job, " has a row ", name_of(row.kind), " and no song");
    if (row.kind == EntryKind::kFleetSong || row.kind == EntryKind::kPurchase) ++songs[row.job];
  }
  for (const auto& [id, stored] : tables_.jobs())
    if (stored.job.state == JobState::kSucceeded && (sales[id] != 1 || songs[id] != 1))
      verdict_.broken("one sale a job", id, " has ", sales[id], " sales and ", songs[id], " songs' costs");
}

}  // namespace musicfleet::simulation
