#include "coordinator/dispatch/route.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace musicfleet::dispatch {
namespace {

using Json = nlohmann::ordered_json;

// Why something is not to be had, with the error that a caller gets for it.
struct Obstacle {
  std::string_view reason;
  ErrorCode error = ErrorCode::kUnavailable;
  std::optional<Milliseconds> again = {};
  bool for_ever = false;  // waiting does not end it
};

bool in_time(const RouteQuestion& question, Milliseconds predicted) {
  return !question.time_left || predicted <= *question.time_left;
}

std::optional<Obstacle> obstacle_of_fleet(const RouteQuestion& question) {
  const FleetOutlook& fleet = question.fleet;
  if (!fleet.able) return Obstacle{"no_able_worker"};
  if (question.time_left && *question.time_left <= Milliseconds(0)) return Obstacle{"fleet_too_late"};
  if (!fleet.predicted) return std::nullopt;
  if (!in_time(question, *fleet.predicted))
    return Obstacle{"fleet_too_late", ErrorCode::kUnavailable, *fleet.predicted - *question.time_left};
  return std::nullopt;
}

// Prices that end a purchase come last: whoever has no budget left should not hear of it where nothing is for
// sale.
std::optional<Obstacle> obstacle_of_vendor(const RouteQuestion& question) {
  const VendorOutlook& vendor = question.vendor;
  if (!vendor.enabled) return Obstacle{"elevenlabs_off"};
  if (!vendor.cannot.empty()) return Obstacle{"elevenlabs_cannot", ErrorCode::kInvalidArgument, {}, true};
  if (question.purchase_unknown && !question.buys_again)
    return Obstacle{"purchase_unknown", ErrorCode::kUnavailable, {}, true};
  if (!vendor.resting.empty()) return Obstacle{"elevenlabs_resting", ErrorCode::kUnavailable, vendor.again};
  if (!in_time(question, vendor.predicted)) return Obstacle{"elevenlabs_too_late"};
  if (question.purse.left && question.purse.price > *question.purse.left)
    return Obstacle{"over_budget", ErrorCode::kQuota};
  return std::nullopt;
}

Json json_of(const std::optional<Milliseconds>& time) { return time ? Json(time->count()) : Json(); }

std::string detail_of(const RouteQuestion& question) {
  const auto& [policy, time_left, may_wait, unknown, again, fleet, vendor, purse] = question;
  Json detail{
      {"policy", name_of(policy)},
      {"time_left_ms", json_of(time_left)},
      {"fleet", {{"able", fleet.able}, {"free", fleet.free}, {"predicted_ms", json_of(fleet.predicted)}}},
      {"elevenlabs", {{"enabled", vendor.enabled}, {"predicted_ms", vendor.predicted.count()}}},
      {"price_micros", purse.price.value},
      {"left_micros", purse.left ? Json(purse.left->value) : Json()}};
  if (!fleet.why_not.empty()) detail["fleet"]["why_not"] = fleet.why_not;
  if (!vendor.cannot.empty()) detail["elevenlabs"]["cannot"] = vendor.cannot;
  if (!vendor.resting.empty()) detail["elevenlabs"]["resting"] = vendor.resting;
  if (unknown) detail["purchase_unknown"] = true;
  return detail.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<Milliseconds> sooner(std::optional<Milliseconds> a, std::optional<Milliseconds> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

class Decision {
 public:
  explicit Decision(const RouteQuestion& question)
      : question_(question), fleet_(obstacle_of_fleet(question)), vendor_(obstacle_of_vendor(question)) {}

  Route fleet_only() const { return fleet_ ? without_any(*fleet_, {}) : to_fleet(); }

  Route fleet_first() const {
    if (!fleet_) return to_fleet();
    if (!vendor_) return give(Way::kVendor, fleet_->reason);
    return without_any(*fleet_, vendor_);
  }

  Route vendor_first() const {
    if (!vendor_) return give(Way::kVendor, "elevenlabs_first");
    if (!fleet_) return give(Way::kFleet, vendor_->reason);
    return without_any(*vendor_, fleet_);
  }

  Route vendor_only() const {
    if (!vendor_) return give(Way::kVendor, "elevenlabs_only");
    return vendor_->for_ever ? refuse(*vendor_) : without_any(*vendor_, {});
  }

  Route shadow() const {
    const Route first = fleet_first();
    return first.way == Way::kFleet && !vendor_ ? give(Way::kBoth, "shadow") : first;
  }

 private:
  Route to_fleet() const { return give(Way::kFleet, question_.fleet.free ? "free_worker" : "fleet_in_time"); }
  Route give(Way way, std::string_view reason) const {
    return {way, std::string(reason), {}, std::nullopt, detail_of(question_)};
  }
  Route refuse(const Obstacle& obstacle) const {
    return {Way::kRefuse, std::string(obstacle.reason), obstacle.error, obstacle.again, detail_of(question_)};
  }
  // Neither way is open. The reason is the first one's, unless a budget is what the second one ended at: that
  // is what an operator can change.
  Route without_any(const Obstacle& first, const std::optional<Obstacle>& second) const {
    Obstacle told = second && second->error == ErrorCode::kQuota ? *second : first;
    told.again = sooner(first.again, second ? second->again : std::nullopt);
    if (!question_.may_wait) {
      if (told.error == ErrorCode::kInvalidArgument) told.error = ErrorCode::kUnavailable;  // the fleet could
      return refuse(told);
    }
    return {Way::kWait, std::string(told.reason), {}, told.again, detail_of(question_)};
  }

  const RouteQuestion& question_;
  const std::optional<Obstacle> fleet_;   // what keeps it from the fleet
  const std::optional<Obstacle> vendor_;  // what keeps it from being bought
};

}  // namespace

std::string_view name_of(Way way) {
  switch (way) {
    case Way::kFleet:
      return "fleet";
    case Way::kVendor:
      return "elevenlabs";
    case Way::kBoth:
      return "both";
    case Way::kWait:
      return "wait";
    case Way::kRefuse:
      return "refuse";
  }
  return {};
}

Route route(const RouteQuestion& question) {
  const Decision decision(question);
  switch (question.policy) {
    case RoutingPolicy::kFleetOnly:
      return decision.fleet_only();
    case RoutingPolicy::kFleetFirst:
      return decision.fleet_first();
    case RoutingPolicy::kVendorFirst:
      return decision.vendor_first();
    case RoutingPolicy::kVendorOnly:
      return decision.vendor_only();
    case RoutingPolicy::kShadow:
      return decision.shadow();
  }
  return {};
}

}  // namespace musicfleet::dispatch
