#include "coordinator/webhook.h"

namespace musicfleet {
namespace {

constexpr std::array kDeliveryStates{DeliveryState::kWaiting, DeliveryState::kDelivered,
                                     DeliveryState::kFailed};

}  // namespace

std::string_view webhook_event_of(JobState state) {
  switch (state) {
    case JobState::kQueued:
      return {};
    case JobState::kLeased:
      return "job.leased";
    case JobState::kSucceeded:
      return "job.succeeded";
    case JobState::kFailed:
      return "job.failed";
    case JobState::kCancelled:
      return "job.cancelled";
  }
  return {};
}

std::string_view name_of(DeliveryState state) {
  switch (state) {
    case DeliveryState::kWaiting:
      return "waiting";
    case DeliveryState::kDelivered:
      return "delivered";
    case DeliveryState::kFailed:
      return "failed";
  }
  return {};
}

std::optional<DeliveryState> delivery_state_of(std::string_view name) {
  for (const DeliveryState state : kDeliveryStates)
    if (name_of(state) == name) return state;
  return std::nullopt;
}

}  // namespace musicfleet
