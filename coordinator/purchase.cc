#include "coordinator/purchase.h"

#include <array>

namespace musicfleet {
namespace {

constexpr std::array kStates{PurchaseState::kIntended, PurchaseState::kBought, PurchaseState::kNotBought,
                             PurchaseState::kUnknown, PurchaseState::kLost};
constexpr std::array kPurposes{PurchasePurpose::kDelivery, PurchasePurpose::kShadow};

}  // namespace

std::string_view name_of(PurchaseState state) {
  switch (state) {
    case PurchaseState::kIntended:
      return "intended";
    case PurchaseState::kBought:
      return "bought";
    case PurchaseState::kNotBought:
      return "not_bought";
    case PurchaseState::kUnknown:
      return "unknown";
    case PurchaseState::kLost:
      return "lost";
  }
  return {};
}

std::optional<PurchaseState> purchase_state_of(std::string_view name) {
  for (const PurchaseState state : kStates)
    if (name_of(state) == name) return state;
  return std::nullopt;
}

bool may_follow(PurchaseState from, PurchaseState to) {
  switch (from) {
    case PurchaseState::kIntended:
      return to == PurchaseState::kBought || to == PurchaseState::kNotBought || to == PurchaseState::kUnknown;
    case PurchaseState::kUnknown:
      return to == PurchaseState::kNotBought || to == PurchaseState::kLost;
    case PurchaseState::kBought:
    case PurchaseState::kNotBought:
    case PurchaseState::kLost:
      return false;
  }
  return false;
}

std::string_view name_of(PurchasePurpose purpose) {
  return purpose == PurchasePurpose::kDelivery ? "delivery" : "shadow";
}

std::optional<PurchasePurpose> purchase_purpose_of(std::string_view name) {
  for (const PurchasePurpose purpose : kPurposes)
    if (name_of(purpose) == name) return purpose;
  return std::nullopt;
}

}  // namespace musicfleet
