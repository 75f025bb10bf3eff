#include "coordinator/backend/money_desk.h"

#include "coordinator/backend/awaited.h"
#include "coordinator/ledger/day.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace musicfleet::backend {
namespace {

using nlohmann::ordered_json;

constexpr int kLongestPage = 200;

// The one that the operator means, of those of the job with an unknown outcome.
Result<Purchase> meant(store::LedgerTable& ledger, const http::Settlement& settlement) {
  std::vector<Purchase> unknown = MF_TRY(ledger.unknown_purchases_of(settlement.job));
  if (settlement.epoch)
    std::erase_if(unknown,
                  [&](const Purchase& purchase) { return purchase.intent.lease.epoch != *settlement.epoch; });
  if (unknown.empty())
    return fail(ErrorCode::kNotFound, "there is no purchase of ", settlement.job,
                settlement.epoch ? concat(" for its lease ", *settlement.epoch) : std::string(),
                " with an unknown outcome");
  if (unknown.size() == 1) return std::move(unknown.front());
  std::string epochs;
  for (const Purchase& purchase : unknown)
    epochs += concat(epochs.empty() ? "" : ", ", purchase.intent.lease.epoch);
  return fail(ErrorCode::kConflict, settlement.job, " has ", unknown.size(),
              " purchases with an unknown outcome: say which one by its epoch, of ", epochs);
}

PurchaseEnd end_of(const Purchase& purchase, const http::Settlement& settlement, WallTime at) {
  PurchaseEnd end;
  end.lease = purchase.intent.lease;
  end.at = at;
  end.state = settlement.paid ? PurchaseState::kLost : PurchaseState::kNotBought;
  end.reason = concat(purchase.reason, purchase.reason.empty() ? "" : "; ",
                      settlement.paid ? "settled as paid" : "settled as not paid",
                      settlement.note.empty() ? "" : ": ", settlement.note);
  return end;
}

std::string told(const Purchase& purchase, const http::Settlement& settlement) {
  return ordered_json{{"epoch", purchase.intent.lease.epoch},
                      {"paid", settlement.paid},
                      {"price_micros", purchase.intent.price.value},
                      {"note", settlement.note}}
      .dump();
}

}  // namespace

Result<ledger::CostBasis> MoneyDesk::basis_of(const http::CostQuery& query) const {
  const WallTime now = clock_.wall_now();
  ledger::CostBasis basis = terms_;
  basis.to = query.to ? std::min<WallTime>(*query.to, now) : now;
  basis.from = query.from.value_or(
      ledger::first_of_month(std::chrono::floor<std::chrono::days>(basis.to - std::chrono::milliseconds(1))));
  if (basis.from >= basis.to)
    return fail_field(query.from ? "from" : "to", "leaves no time that a report could be about");
  basis.tenant = query.tenant;
  basis.servers = query.servers;
  return basis;
}

http::Awaitable<ledger::CostReport> MoneyDesk::cost_report(http::CostQuery query) {
  Result<ledger::CostBasis> basis = basis_of(query);
  if (!basis) co_return Failure(basis.error());
  const WallTime to = basis->to;
  store::LedgerPosition after{basis->from, 0};
  // Only one piece of work at a time has the tally; this coroutine waits for it.
  const auto tally = std::make_shared<ledger::CostTally>(*std::move(basis));
  for (;;) {
    using Next = std::optional<store::LedgerPosition>;
    std::function<Result<Next>(store::JobReader&)> sum = [tally, after, to](store::JobReader& reader) {
      return reader.ledger().walk(after, to, kRowsAtATime,
                                  [&](const LedgerEntry& entry) { tally->add(entry); });
    };
    const Result<Next> next = co_await read<Next>(readers_, std::move(sum));
    if (!next) co_return Failure(next.error());
    if (!*next) break;
    after = **next;
  }
  co_return tally->report();
}

http::Awaitable<http::Purchases> MoneyDesk::purchases(http::PurchaseQuery query) {
  const store::PurchaseListing listing{query.unknown, query.before, std::clamp(query.limit, 1, kLongestPage)};
  std::function<Result<std::vector<Purchase>>(store::JobReader&)> look = [listing](store::JobReader& reader) {
    return reader.ledger().purchases(listing);
  };
  auto list = co_await read<std::vector<Purchase>>(readers_, std::move(look));
  if (!list) co_return Failure(list.error());
  http::Purchases page{*std::move(list), {}};
  if (page.list.size() == static_cast<std::size_t>(listing.limit)) page.next_before = page.list.back().number;
  co_return page;
}

http::Awaitable<Purchase> MoneyDesk::settle(http::Operator by, http::Settlement settlement) {
  const store::AuditRecord order = audit_.entry(by, "purchase.settle", settlement.job.value);
  std::function<Result<Purchase>(store::Writer&)> work =
      [order, settlement = std::move(settlement)](store::Writer& writer) -> Result<Purchase> {
    const Purchase purchase = MF_TRY(meant(writer.ledger, settlement));
    MF_CHECK(writer.ledger.settle(end_of(purchase, settlement, order.at)));
    store::AuditRecord record = order;
    record.detail_json = told(purchase, settlement);
    MF_TRY(writer.audit.append(record));
    return writer.ledger.purchase(purchase.intent.lease);
  };
  Result<Purchase> purchase = co_await written<Purchase>(store_, std::move(work));
  if (!purchase) co_return purchase;
  dispatch::PurchaseSettled settled{purchase->intent.lease};
  if (purchase->state == PurchaseState::kNotBought) settled.not_paid = purchase->intent;
  dispatch::Event event = std::move(settled);
  co_await dispatch_.applied(std::move(event));
  co_return purchase;
}

}  // namespace musicfleet::backend
