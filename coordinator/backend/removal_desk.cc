#include "coordinator/backend/removal_desk.h"

#include "coordinator/backend/awaited.h"

#include <nlohmann/json.hpp>

namespace musicfleet::backend {
namespace {

using nlohmann::ordered_json;

http::Removed removed_of(const store::RemovalCounts& counts) {
  return {counts.jobs, counts.songs, counts.events, counts.attempts, counts.live};
}

std::string told(const store::RemovalCounts& counts) {
  return ordered_json{{"jobs", counts.jobs},
                      {"songs", counts.songs},
                      {"events", counts.events},
                      {"attempts", counts.attempts},
                      {"live", counts.live}}
      .dump();
}

std::string told(const http::PurgeOrder& order) {
  ordered_json detail = ordered_json::object();
  for (const JobId& job : order.jobs) detail["jobs"].push_back(job.value);
  if (!order.jobs.empty()) return detail.dump();
  detail["older_than_seconds"] = order.older_than.count();
  if (order.tenant) detail["tenant"] = order.tenant->value;
  if (order.state) detail["state"] = name_of(*order.state);
  return detail.dump();
}

}  // namespace

EndedFilter RemovalDesk::filter_of(const http::PurgeOrder& order) const {
  return {order.tenant, order.state, clock_.wall_now() - order.older_than};
}

http::Awaitable<store::RemovalCounts> RemovalDesk::count(http::PurgeOrder order) {
  if (!order.jobs.empty()) co_return co_await retention_.count(std::move(order.jobs));
  EndedFilter which = filter_of(order);
  co_return co_await retention_.count_ended(std::move(which));
}

http::Awaitable<store::RemovalCounts> RemovalDesk::carry_out(http::PurgeOrder order) {
  if (!order.jobs.empty()) co_return co_await retention_.purge(std::move(order.jobs));
  EndedFilter which = filter_of(order);
  co_return co_await retention_.purge_ended(std::move(which));
}

http::Awaitable<http::Removed> RemovalDesk::purge(http::Operator by, http::PurgeOrder order) {
  if (order.dry_run) {
    const auto counts = co_await count(std::move(order));
    if (!counts) co_return Failure(counts.error());
    co_return removed_of(*counts);
  }
  const Result<> ordered = co_await audit_.record(by, "jobs.purge", "jobs", told(order));
  if (!ordered) co_return Failure(ordered.error());
  const auto counts = co_await carry_out(std::move(order));
  if (!counts) co_return Failure(counts.error());
  const Result<> noted = co_await audit_.record(std::move(by), "jobs.purged", "jobs", told(*counts));
  if (!noted) co_return Failure(noted.error());
  co_return removed_of(*counts);
}

http::Awaitable<http::Removed> RemovalDesk::erase(http::Operator by, TenantId tenant, bool dry_run) {
  std::function<Result<>(store::Writer&)> is_there = [tenant](store::Writer& writer) -> Result<> {
    MF_TRY(writer.tenants.tenant(tenant));
    return {};
  };
  if (dry_run) {
    const Result<> known = co_await written<void>(store_, std::move(is_there));
    if (!known) co_return Failure(known.error());
    EndedFilter all{.tenant = std::move(tenant)};
    const auto counts = co_await retention_.count_ended(std::move(all));
    if (!counts) co_return Failure(counts.error());
    co_return removed_of(*counts);
  }
  store::AuditRecord order = audit_.entry(by, "tenant.erase", tenant.value);
  const Result<> ordered = co_await audit_.change(std::move(order), std::move(is_there));
  if (!ordered) co_return Failure(ordered.error());
  const auto counts = co_await retention_.erase(tenant);
  if (!counts) co_return Failure(counts.error());
  const Result<> noted = co_await audit_.record(std::move(by), "tenant.erased", tenant.value, told(*counts));
  if (!noted) co_return Failure(noted.error());
  co_return removed_of(*counts);
}

}  // namespace musicfleet::backend
