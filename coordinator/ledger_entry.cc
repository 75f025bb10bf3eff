#include "coordinator/ledger_entry.h"

#include <array>

namespace musicfleet {
namespace {

constexpr std::array kKinds{
    EntryKind::kFleetSong,       EntryKind::kFleetWaste, EntryKind::kPurchase, EntryKind::kShadowPurchase,
    EntryKind::kUnknownPurchase, EntryKind::kRefund,     EntryKind::kSale};

}  // namespace

std::string_view name_of(EntryKind kind) {
  switch (kind) {
    case EntryKind::kFleetSong:
      return "fleet_song";
    case EntryKind::kFleetWaste:
      return "fleet_waste";
    case EntryKind::kPurchase:
      return "purchase";
    case EntryKind::kShadowPurchase:
      return "shadow_purchase";
    case EntryKind::kUnknownPurchase:
      return "unknown_purchase";
    case EntryKind::kRefund:
      return "refund";
    case EntryKind::kSale:
      return "sale";
  }
  return {};
}

std::optional<EntryKind> entry_kind_of(std::string_view name) {
  for (const EntryKind kind : kKinds)
    if (name_of(kind) == name) return kind;
  return std::nullopt;
}

}  // namespace musicfleet
