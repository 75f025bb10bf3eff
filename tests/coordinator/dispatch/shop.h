// A scene in which songs are for sale: a provider that quotes $0.45 for everything and needs a minute, and
// the words in which purchases end.
#pragma once

#include "tests/coordinator/dispatch/scene.h"

#include <gtest/gtest.h>

namespace musicfleet::dispatch {

class FixedTerms final : public VendorTerms {
 public:
  Result<VendorSong> song_of(const Job& job) const override {
    ++looked_at[job.id];
    return VendorSong{"music_v1", job.spec.duration};
  }
  Result<VendorQuote> quote(const VendorSong&, WallTime) const override {
    ++quoted;
    return answer;
  }

  mutable std::map<JobId, int> looked_at;
  mutable int quoted = 0;
  Result<VendorQuote> answer =
      VendorQuote{MicroDollars{450'000}, "a row", "music_v1", std::chrono::seconds(30)};
};

class Shop : public testing::Test {
 protected:
  static constexpr Milliseconds kVendorTakes{60'000};

  explicit Shop(ledger::SpendingLimits budget = {}) : scene({}, Failover{&terms, budget, 80}) {
    scene.tenant = TenantId{"default"};
  }

  // ElevenLabs sells, unless it rests.
  void open(const std::string& resting = {}) {
    scene.apply(VendorStands{true, resting, std::nullopt, kVendorTakes});
  }
  void policy(RoutingPolicy wanted, bool buys_again = false) {
    TenantLimits limits;
    limits.policy = wanted;
    limits.buys_again = buys_again;
    scene.apply(LimitsChanged{scene.tenant, limits});
  }
  PurchaseEnded ended(const Lease& lease, PurchaseState state) const {
    PurchaseEnded made;
    made.end = {lease, scene.now.wall, state, "", state == PurchaseState::kBought ? "" : "why not"};
    made.why = Error{ErrorCode::kUnavailable, "why not"};
    return made;
  }
  void bought(const Lease& lease, const std::string& object = "bought.mp3") {
    PurchaseEnded made = ended(lease, PurchaseState::kBought);
    made.audio.emplace();
    made.audio->object = object;
    made.audio->duration = std::chrono::seconds(30);
    scene.apply(std::move(made));
  }
  void not_bought(const Lease& lease, bool job_cannot = false) {
    PurchaseEnded made = ended(lease, PurchaseState::kNotBought);
    made.job_cannot = job_cannot;
    scene.apply(std::move(made));
  }
  void unknown(const Lease& lease) { scene.apply(ended(lease, PurchaseState::kUnknown)); }

  bool is_bought(const JobId& id) const {
    return scene.job(id).state == JobState::kLeased && scene.job(id).worker.value == kElevenLabs;
  }
  bool is_with_worker(const JobId& id) const {
    return scene.job(id).state == JobState::kLeased && scene.job(id).worker.value != kElevenLabs;
  }
  // The last line of a kind in the history, as it was written.
  std::string told(const std::string& kind) const {
    std::string found;
    for (const HistoryEvent& line : scene.history)
      if (line.kind == kind) found = line.detail_json;
    return found;
  }

  FixedTerms terms;
  Scene scene;
};

}  // namespace musicfleet::dispatch
