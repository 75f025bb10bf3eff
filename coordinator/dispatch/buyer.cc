#include "coordinator/dispatch/buyer.h"

#include "coordinator/dispatch/history.h"
#include "coordinator/dispatch/ledger_rows.h"
#include "coordinator/dispatch/planted_bug.h"

#include <algorithm>
#include <utility>

namespace musicfleet::dispatch {
namespace {

using std::chrono::seconds;

// Before the last moment at which a purchase would be in time: for the turn that decides it.
constexpr Milliseconds kMargin = seconds(1);

Error refusal_of(const Route& route, const VendorOutlook& vendor) {
  if (route.error == ErrorCode::kInvalidArgument)
    return {route.error, concat("ElevenLabs cannot make it: ", vendor.cannot)};
  return {route.error, concat("it may only be made by ElevenLabs: ", route.reason)};
}

}  // namespace

const TenantLimits& Buyer::limits_of(const TenantId& tenant) const {
  static const TenantLimits none;
  const auto found = limits_.find(tenant);
  return found == limits_.end() ? none : found->second;
}

bool Buyer::is_open(const TenantLimits& limits) const {
  if (limits.policy == RoutingPolicy::kVendorOnly) return true;
  return terms_ != nullptr && limits.policy != RoutingPolicy::kFleetOnly;
}

void Buyer::restore(std::set<Lease> unknown, const std::vector<Spending>& spending) {
  purchases_.restore(std::move(unknown), spending);
}

void Buyer::take(VendorStands stands, SteadyTime now) {
  stands_ = std::move(stands);
  stands_since_ = now;
  ask_for_all(now);
}

void Buyer::take_limits(const TenantId& tenant, const TenantLimits& limits, SteadyTime now) {
  purchases_.limit(tenant, limits);
  // Also where nothing is sold: what only the provider could make may go to the fleet now.
  ask_again_for_all(now);
}

void Buyer::settle(const PurchaseSettled& settled, SteadyTime now) {
  purchases_.settle(settled);
  ask_for(settled.lease.job);
  if (settled.not_paid) ask_for_all(now);  // there is more to spend
}

void Buyer::ask_for_all(SteadyTime now) {
  if (terms_) ask_again_for_all(now);
}

void Buyer::ask_again_for_all(SteadyTime now) {
  std::size_t asked = 0;
  for (const JobId& id : book_.waiting()) {
    const auto later = kBetweenAsked * static_cast<std::int64_t>(asked++ / kAskedTogether);
    agenda_.set_at_latest({Appointment::kReroute, id.value}, now + later);
  }
}

void Buyer::withdraw(const JobId& job, Turn& turn) const {
  if (const PurchaseIntent* intent = purchases_.under_way(job))
    turn.out.effects.emplace_back(WithdrawPurchase{intent->lease});
}

void Buyer::route_waiting(Turn& turn) {
  std::vector<JobId> asked = std::exchange(asked_, {});
  const std::vector<JobId>& fresh = book_.newly_queued();
  asked.insert(asked.end(), fresh.begin(), fresh.end());
  for (const JobId& id : asked)
    if (LiveJob* live = book_.find(id); live && live->job.state == JobState::kQueued) decide(*live, turn);
}

void Buyer::keep_from_fleet(LiveJob& live, bool keep) {
  if (keep) book_.queue().remove(live.job);
  if (live.kept_from_fleet && !keep && !live.rests) book_.queue().add(live.job);
  live.kept_from_fleet = keep;
}

VendorOutlook Buyer::vendor_outlook(const Job& job, const Record& record, SteadyTime now) const {
  VendorOutlook outlook;
  outlook.enabled = terms_ != nullptr && stands_.enabled;
  outlook.predicted = stands_.predicted;
  outlook.cannot = record.cannot;
  if (purchases_.under_way(job.id)) {
    outlook.resting = "a purchase for this job is under way";
  } else if (record.rests_until && *record.rests_until > now) {
    outlook.resting = "the last purchase for this job came to nothing";
    outlook.again = *record.rests_until - now;
  } else if (!stands_.resting.empty()) {
    outlook.resting = stands_.resting;
    const auto over = stands_since_ + stands_.again.value_or(Milliseconds(0));
    if (over > now) outlook.again = over - now;
  }
  return outlook;
}

// Its order may be long.
void Buyer::look_at(LiveJob& live) const {
  if (terms_ && !live.vendor.song) live.vendor.song = terms_->song_of(live.job);
}

Buyer::Answer Buyer::ask(const Job& job, const LiveJob* live, bool may_wait, const Instant& now) const {
  static const LiveJob nothing;
  const LiveJob& known = live ? *live : nothing;
  const TenantLimits& limits = limits_of(job.tenant);
  Answer answer;
  RouteQuestion& question = answer.question;
  question.policy = limits.policy;
  question.may_wait = may_wait;
  question.buys_again = limits.buys_again;
  question.purchase_unknown = purchases_.is_unknown(job.id);
  if (job.deadline) question.time_left = *job.deadline - now.wall;
  question.fleet = matcher_.outlook(job, known.failed_on, now.steady);
  question.vendor = vendor_outlook(job, known.vendor, now.steady);
  if (question.vendor.enabled && question.policy != RoutingPolicy::kFleetOnly) {
    const Result<VendorSong> song = known.vendor.song ? *known.vendor.song : terms_->song_of(job);
    const Result<VendorQuote> quote =
        song ? terms_->quote(*song, now.wall) : Result<VendorQuote>(Failure(song.error()));
    if (quote) {
      answer.quote = *quote;
      question.purse.price = quote->price;
    } else if (quote.error().code == ErrorCode::kInvalidArgument) {
      question.vendor.cannot = quote.error().message;
    } else {
      question.vendor.resting = quote.error().message;
    }
  }
  question.purse.left = purchases_.left(job.tenant, now.wall);
  answer.route = route(question);
  return answer;
}

Route Buyer::route_for(const Job& job, bool may_wait, const Instant& now) const {
  // What may wait is refused where only the provider may make it: nothing else is worth a look at the fleet
  // with each submission.
  if (may_wait && limits_of(job.tenant).policy != RoutingPolicy::kVendorOnly) return {};
  return ask(job, book_.find(job.id), may_wait, now).route;
}

void Buyer::decide(LiveJob& live, Turn& turn) {
  const TenantLimits& limits = limits_of(live.job.tenant);
  keep_from_fleet(live, limits.policy == RoutingPolicy::kVendorOnly);
  if (!is_open(limits)) return agenda_.clear({Appointment::kReroute, live.job.id.value});
  look_at(live);
  const Answer answer = ask(live.job, &live, true, turn.now);
  const Route& route = answer.route;
  if (route.way == Way::kVendor) return buy(live, answer, PurchasePurpose::kDelivery, turn);
  std::string told = concat(name_of(route.way), " ", route.reason);
  if (told != live.vendor.told)
    turn.out.changes.emplace_back(history(live.job.id, turn.now, "routed",
                                          {{"way", std::string(name_of(route.way))},
                                           {"reason", route.reason},
                                           {"numbers", Raw{route.detail_json}}}));
  live.vendor.told = std::move(told);
  if (route.way == Way::kRefuse) return book_.refuse(live, refusal_of(route, answer.question.vendor), turn);
  ask_again(live, route, turn.now);
}

void Buyer::ask_again(const LiveJob& live, const Route& route, const Instant& now) {
  std::optional<SteadyTime> next;
  const auto consider = [&](SteadyTime time) {
    if (time > now.steady && (!next || time < *next)) next = time;
  };
  if (live.job.deadline) consider(now.steady_at(*live.job.deadline) - stands_.predicted - kMargin);
  if (route.try_again) consider(now.steady + std::max(*route.try_again, kMargin));
  if (live.vendor.rests_until) consider(*live.vendor.rests_until);
  if (route.reason == "over_budget")
    consider(now.steady_at(std::chrono::floor<std::chrono::days>(now.wall) + std::chrono::days(1)));
  const AgendaKey key{Appointment::kReroute, live.job.id.value};
  if (next)
    agenda_.set(key, *next);
  else
    agenda_.clear(key);
}

void Buyer::buy(LiveJob& live, const Answer& answer, PurchasePurpose purpose, Turn& turn) {
  const Job& job = live.job;
  const bool delivers = purpose == PurchasePurpose::kDelivery;
  PurchaseIntent intent;
  intent.lease = {job.id, delivers ? job.epoch + 1 : job.epoch};
  intent.tenant = job.tenant;
  intent.provider = kElevenLabs;
  intent.model = answer.quote->model;
  intent.purpose = purpose;
  intent.song = answer.quote->song;
  intent.price = answer.quote->price;
  intent.price_note = answer.quote->price_note;
  intent.at = turn.now.wall;
  Milliseconds queueing = kLongestQueueing;
  if (answer.question.time_left)
    queueing =
        std::clamp(*answer.question.time_left - stands_.predicted, kShortestQueueing, kLongestQueueing);
  if (delivers) {
    live.vendor.told.clear();
    book_.purchase(live, intent, turn);
    turn.out.changes.emplace_back(history(job.id, turn.now, "leased",
                                          {{"worker", intent.provider},
                                           {"epoch", std::int64_t{job.epoch}},
                                           {"attempt", std::int64_t{job.attempts}},
                                           {"age_ms", (turn.now.wall - job.created_at).count()},
                                           {"reason", answer.route.reason},
                                           {"price_micros", intent.price.value},
                                           {"price_note", intent.price_note},
                                           {"numbers", Raw{answer.route.detail_json}}}));
  } else {
    turn.out.changes.emplace_back(intent);
    turn.out.changes.emplace_back(history(job.id, turn.now, "shadow_purchase",
                                          {{"epoch", std::int64_t{job.epoch}},
                                           {"price_micros", intent.price.value},
                                           {"price_note", intent.price_note},
                                           {"numbers", Raw{answer.route.detail_json}}}));
  }
  for (const ledger::BudgetLine& line : purchases_.begin(intent))
    turn.out.effects.emplace_back(BudgetWarning{line});
  turn.out.effects.emplace_back(BuySong{std::move(intent), job, turn.now.steady + queueing});
}

void Buyer::shadow_granted(Turn& turn) {
  for (const JobId& id : book_.take_granted()) {
    LiveJob* live = book_.find(id);
    // Only beside the first lease: what another process bought for an earlier one is not known here.
    if (!live || live->job.epoch != 1 || live->job.state != JobState::kLeased) continue;
    const TenantLimits& limits = limits_of(live->job.tenant);
    if (limits.policy != RoutingPolicy::kShadow || !is_open(limits)) continue;
    look_at(*live);
    Answer answer = ask(live->job, live, true, turn.now);
    answer.question.fleet.able = answer.question.fleet.free = true;
    answer.route = route(answer.question);
    if (answer.route.way == Way::kBoth) buy(*live, answer, PurchasePurpose::kShadow, turn);
  }
}

void Buyer::end(PurchaseEnded& event, Turn& turn) {
  using enum PurchaseState;
  PurchaseEnd& end = event.end;
  const PurchaseIntent* open = purchases_.under_way(end.lease.job);
  const bool delivers = open && open->purpose == PurchasePurpose::kDelivery;
  // Nobody is told of a song that is not there.
  const bool is_known = end.state == kNotBought || (end.state == kBought && (event.audio || !delivers));
  if (!is_known) end.state = kUnknown;
  const auto intent = purchases_.end(end);
  if (!intent) {
    if (event.audio) turn.out.effects.emplace_back(DiscardObject{event.audio->object});
    return;
  }
  if (!delivers) return end_shadow(event, turn);
  if (LiveJob* live = book_.held(WorkerId{std::string(kElevenLabs)}, end.lease))
    end_delivery(*live, event, turn);
}

void Buyer::end_shadow(PurchaseEnded& event, Turn& turn) {
  if (event.audio && event.end.object.empty()) event.end.object = event.audio->object;
  const LiveJob* live = book_.find(event.end.lease.job);
  if (live && planted(Bug::kSellShadows) && event.end.state == PurchaseState::kBought) {
    Job sold = live->job;
    sold.audio.emplace();
    turn.out.changes.emplace_back(sale_row(sold, turn.now, settings_));
  }
  // The history of a job that is over may be gone.
  if (live)
    turn.out.changes.emplace_back(history(live->job.id, turn.now, "shadow_ended",
                                          {{"epoch", std::int64_t{event.end.lease.epoch}},
                                           {"outcome", std::string(name_of(event.end.state))},
                                           {"reason", event.end.reason}}));
  turn.out.changes.emplace_back(std::move(event.end));
  if (live) ask_for(live->job.id);
}

void Buyer::end_delivery(LiveJob& live, PurchaseEnded& event, Turn& turn) {
  const PurchaseState state = event.end.state;
  const bool delivers = state == PurchaseState::kBought && !live.job.cancel_requested;
  // What is paid for and no longer wanted is kept all the same.
  event.end.object = state == PurchaseState::kBought && !delivers ? event.audio->object : std::string();
  turn.out.changes.emplace_back(std::move(event.end));
  if (delivers) return book_.succeed(live, *std::move(event.audio), std::move(event.warnings), turn);
  if (state != PurchaseState::kNotBought) {
    const ErrorCode code =
        event.why.code == ErrorCode::kInvalidArgument ? ErrorCode::kUnavailable : event.why.code;
    return book_.end_attempt(live, AttemptOutcome::kFailed, Error{code, event.why.message}, turn);
  }
  if (event.job_cannot) live.vendor.cannot = event.why.message;
  live.vendor.rests_until =
      turn.now.steady + settings_.retry.delay(++live.vendor.in_vain, next_random(random_state_));
  book_.end_attempt(live, AttemptOutcome::kReturned, event.why, turn);
}

}  // namespace musicfleet::dispatch
