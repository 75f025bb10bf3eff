// A row of the ledger (schema/009_ledger.sql): what a song cost, and what it was sold for. Rows are only ever
// added; what turns out to be wrong is set right by a row of its own. Plain data, any thread.
#pragma once

#include "common/ids.h"
#include "coordinator/job.h"
#include "coordinator/money.h"

#include <chrono>
#include <string>
#include <string_view>

namespace musicfleet {

enum class EntryKind {
  kFleetSong,        // work of our own GPUs that became a delivered song
  kFleetWaste,       // work of our own GPUs that did not
  kPurchase,         // a bought song that was delivered
  kShadowPurchase,   // a bought song that is only compared
  kUnknownPurchase,  // a purchase of which nobody knows whether it was paid for: counts at full price
  kRefund,           // takes an unknown purchase back, which an operator found not to be paid for
  kSale,             // what the delivered song was sold for
};

// "fleet_song", "fleet_waste", "purchase", "shadow_purchase", "unknown_purchase", "refund", "sale".
std::string_view name_of(EntryKind kind);
std::optional<EntryKind> entry_kind_of(std::string_view name);

struct LedgerEntry {
  std::int64_t number = 0;  // given by the store
  WallTime at{};
  EntryKind kind = EntryKind::kFleetSong;
  TenantId tenant;
  JobId job;
  Epoch epoch = 0;       // of the lease; of a sale, of the lease that was delivered
  std::string provider;  // "fleet", "elevenlabs"
  std::string model;
  std::chrono::milliseconds song{0};  // its length
  std::chrono::milliseconds work{0};  // of a GPU of ours
  MicroDollars amount;                // a cost; of a sale, the income; of a refund, below 0

  bool operator==(const LedgerEntry&) const = default;
};

}  // namespace musicfleet
