#include "coordinator/backend/purchase_metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace musicfleet::backend {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using Breaker = providers::CircuitBreaker::State;

constexpr PurchaseState kEnds[] = {PurchaseState::kBought, PurchaseState::kNotBought,
                                   PurchaseState::kUnknown};
constexpr Breaker kBreakerStates[] = {Breaker::kClosed, Breaker::kHalfOpen, Breaker::kOpen};

prometheus::Labels label(const char* name, std::string_view value) { return {{name, std::string(value)}}; }

}  // namespace

struct PurchaseMetrics::Families {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& ends = BuildCounter()
                                                      .Name("musicfleet_purchases_total")
                                                      .Help("Purchases that ended, by what became of them")
                                                      .Register(registry);
  prometheus::Family<prometheus::Counter>& money =
      BuildCounter()
          .Name("musicfleet_purchases_micro_dollars_total")
          .Help("What they count for in budgets, in millionths of a US dollar")
          .Register(registry);
  prometheus::Family<prometheus::Counter>& warnings =
      BuildCounter()
          .Name("musicfleet_budget_warnings_total")
          .Help("Times that a budget came near its end or to it, by period")
          .Register(registry);
  prometheus::Family<prometheus::Counter>& passed_on =
      BuildCounter()
          .Name("musicfleet_elevenlabs_passed_on_total")
          .Help("Requests that were passed on to ElevenLabs, by what they ask for and what became of them")
          .Register(registry);
  prometheus::Family<prometheus::Gauge>& breaker = BuildGauge()
                                                       .Name("musicfleet_elevenlabs_breaker")
                                                       .Help("1 for the state that the circuit breaker is in")
                                                       .Register(registry);
  prometheus::Family<prometheus::Gauge>& orders =
      BuildGauge()
          .Name("musicfleet_elevenlabs_orders")
          .Help("Orders at ElevenLabs: under way, or waiting for a slot")
          .Register(registry);
  prometheus::Gauge& keys = BuildGauge()
                                .Name("musicfleet_elevenlabs_keys")
                                .Help("Keys that ElevenLabs accepts at present")
                                .Register(registry)
                                .Add({});
  prometheus::Gauge& slots = BuildGauge()
                                 .Name("musicfleet_elevenlabs_slots")
                                 .Help("Requests that these may have under way together")
                                 .Register(registry)
                                 .Add({});
};

PurchaseMetrics::PurchaseMetrics() : families_(std::make_unique<Families>()) {
  for (const PurchaseState end : kEnds) {
    families_->ends.Add(label("outcome", name_of(end)));
    families_->money.Add(label("outcome", name_of(end)));
  }
  for (const auto period : {ledger::Period::kDay, ledger::Period::kMonth})
    families_->warnings.Add(label("period", ledger::name_of(period)));
}

PurchaseMetrics::~PurchaseMetrics() = default;

void PurchaseMetrics::ended(PurchaseState state, MicroDollars price) {
  families_->ends.Add(label("outcome", name_of(state))).Increment();
  if (state != PurchaseState::kNotBought)
    families_->money.Add(label("outcome", name_of(state))).Increment(static_cast<double>(price.value));
}

void PurchaseMetrics::warned(const ledger::BudgetLine& line) {
  families_->warnings.Add(label("period", ledger::name_of(line.period))).Increment();
}

void PurchaseMetrics::passed_on(VendorService service, std::string_view outcome) {
  families_->passed_on.Add({{"service", std::string(name_of(service))}, {"outcome", std::string(outcome)}})
      .Increment();
}

std::string PurchaseMetrics::text(const providers::VendorState& vendor) {
  for (const Breaker state : kBreakerStates)
    families_->breaker.Add(label("state", providers::name_of(state))).Set(vendor.breaker == state ? 1 : 0);
  families_->orders.Add(label("state", "under_way")).Set(vendor.under_way);
  families_->orders.Add(label("state", "waiting")).Set(vendor.waiting);
  families_->keys.Set(vendor.keys);
  families_->slots.Set(vendor.slots);
  return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace musicfleet::backend
