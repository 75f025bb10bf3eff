// A song that is bought from a provider, as the store keeps it (schema/009_ledger.sql): written down before
// the request leaves, so that a process that dies in between leaves a row and not a riddle. Plain data, any
// thread.
#pragma once

#include "common/fleet_messages.h"
#include "coordinator/job.h"
#include "coordinator/money.h"

#include <chrono>
#include <string>
#include <string_view>

namespace musicfleet {

// The provider's name in purchases and ledger, and as the owner of the lease under which a song is bought: no
// worker may have it.
inline constexpr std::string_view kElevenLabs = "elevenlabs";

enum class PurchaseState {
  kIntended,   // committed; the request may have left
  kBought,     // the whole song is here
  kNotBought,  // certain: nothing was paid
  kUnknown,    // nobody can tell: counts at full price, is listed, is not repeated by itself
  kLost,       // an operator found out that it was paid for; there is no song
};

// "intended", "bought", "not_bought", "unknown", "lost".
std::string_view name_of(PurchaseState state);
std::optional<PurchaseState> purchase_state_of(std::string_view name);
// The one table of allowed transitions; the store has the same in a trigger.
bool may_follow(PurchaseState from, PurchaseState to);

// Whether the song is for the caller, or only to be compared with the fleet's (the tenant's policy "shadow").
enum class PurchasePurpose { kDelivery, kShadow };

// "delivery", "shadow".
std::string_view name_of(PurchasePurpose purpose);
std::optional<PurchasePurpose> purchase_purpose_of(std::string_view name);

struct PurchaseIntent {
  Lease lease;  // of the job; at most one purchase a lease, and one at a time a job
  TenantId tenant;
  std::string provider;  // "elevenlabs"
  std::string model;     // the provider's
  PurchasePurpose purpose = PurchasePurpose::kDelivery;
  std::chrono::milliseconds song{0};  // the length that was asked for
  MicroDollars price;
  std::string price_note;  // the row of the price table that it comes from
  WallTime at{};
};

struct PurchaseEnd {
  Lease lease;
  WallTime at{};
  PurchaseState state = PurchaseState::kUnknown;
  std::string vendor_song;  // its song-id; empty: none was given
  std::string reason;       // why it is not bought or unknown; never a secret, a prompt or lyrics
  std::string object = {};  // key of a shadow's song in the audio store; empty for any other
};

struct Purchase {
  std::int64_t number = 0;  // given by the store
  PurchaseIntent intent;
  PurchaseState state = PurchaseState::kIntended;
  std::optional<WallTime> ended_at;
  std::string vendor_song;
  std::string reason;
  std::string object;
};

// What one tenant has spent at one time, or may still have to.
struct Spending {
  TenantId tenant;
  WallTime at{};
  MicroDollars amount;
};

}  // namespace musicfleet
