// Judges money: what is ordered, charged and sold. Reckons from intents, ends and rows as they are decided,
// and at the end against what the provider was really paid.
#pragma once

#include "tests/simulation/judge.h"
#include "tests/simulation/song_shelf.h"
#include "tests/simulation/vendor.h"

#include <map>
#include <set>

namespace musicfleet::simulation {

class MoneyJudge final : public Judge {
 public:
  MoneyJudge(Verdict& verdict, const Tables& tables, const SongShelf& shelf, const Vendor& vendor,
             const ledger::SpendingLimits& budget)
      : verdict_(verdict), tables_(tables), shelf_(shelf), vendor_(vendor), budget_(budget) {}

  void hears(const dispatch::Dispatcher& dispatcher, const dispatch::Event& event) override;
  void decided(const dispatch::Dispatcher& dispatcher, const dispatch::Decisions& decisions) override;
  void orders(const PurchaseIntent& intent) override;
  void closes() override;

 private:
  // As decided, committed or not.
  struct Known {
    PurchaseIntent intent;
    PurchaseState state = PurchaseState::kIntended;
  };

  void judge_intent(const PurchaseIntent& intent);
  void judge_budget(const TenantId& whose, const ledger::SpendingLimits& limits,
                    const PurchaseIntent& intent);
  void judge_charges();
  void judge_sales();

  Verdict& verdict_;
  const Tables& tables_;
  const SongShelf& shelf_;
  const Vendor& vendor_;
  const ledger::SpendingLimits budget_;  // of everybody
  std::map<TenantId, TenantLimits> limits_;
  std::map<Lease, Known> known_;
};

}  // namespace musicfleet::simulation
