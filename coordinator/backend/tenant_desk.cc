#include "coordinator/backend/tenant_desk.h"

#include "coordinator/backend/awaited.h"

#include <nlohmann/json.hpp>

namespace musicfleet::backend {
namespace {

using nlohmann::ordered_json;

// As the audit log tells of them; null: no limit.
ordered_json told(const TenantLimits& limits) {
  const auto number = [](const std::optional<std::int64_t>& limit) {
    return limit ? ordered_json(*limit) : ordered_json(nullptr);
  };
  return {{"max_queued", number(limits.max_queued)},
          {"max_running", number(limits.max_running)},
          {"songs_per_hour", number(limits.songs_per_hour)},
          {"spend_cents_per_day", number(limits.spend_cents_per_day)},
          {"spend_cents_per_month", number(limits.spend_cents_per_month)},
          {"policy", name_of(limits.policy)},
          {"buys_again", limits.buys_again},
          {"weight", limits.weight}};
}

http::TenantInfo info_of(store::TenantRow row) { return {std::move(row.id), row.created_at, row.limits}; }

}  // namespace

http::Awaitable<std::vector<http::TenantInfo>> TenantDesk::tenants() {
  using Rows = std::vector<store::TenantRow>;
  std::function<Result<Rows>(store::Writer&)> list = [](store::Writer& writer) {
    return writer.tenants.tenants();
  };
  auto rows = co_await written<Rows>(store_, std::move(list));
  if (!rows) co_return Failure(rows.error());
  std::vector<http::TenantInfo> tenants;
  tenants.reserve(rows->size());
  for (store::TenantRow& row : *rows) tenants.push_back(info_of(std::move(row)));
  co_return tenants;
}

http::Awaitable<http::TenantInfo> TenantDesk::add_tenant(http::Operator by, TenantId id,
                                                         TenantLimits limits) {
  const store::AuditRecord record = audit_.entry(by, "tenant.add", id.value, told(limits).dump());
  const store::TenantRow row{id, record.at, limits};
  std::function<Result<store::TenantRow>(store::Writer&)> add =
      [row, record](store::Writer& writer) -> Result<store::TenantRow> {
    MF_CHECK(writer.tenants.add(row));
    MF_TRY(writer.audit.append(record));
    return row;
  };
  co_return co_await changed(std::move(add));
}

http::Awaitable<http::TenantInfo> TenantDesk::set_limits(http::Operator by, TenantId id,
                                                         LimitsChange change) {
  const store::AuditRecord order = audit_.entry(by, "tenant.limits", id.value);
  std::function<Result<store::TenantRow>(store::Writer&)> set =
      [order, id, change = std::move(change)](store::Writer& writer) -> Result<store::TenantRow> {
    store::TenantRow row = MF_TRY(writer.tenants.tenant(id));
    const TenantLimits before = std::exchange(row.limits, change(row.limits));
    MF_CHECK(writer.tenants.set_limits(id, row.limits));
    store::AuditRecord record = order;
    record.detail_json = ordered_json{{"before", told(before)}, {"after", told(row.limits)}}.dump();
    MF_TRY(writer.audit.append(record));
    return row;
  };
  co_return co_await changed(std::move(set));
}

http::Awaitable<http::TenantInfo> TenantDesk::changed(
    std::function<Result<store::TenantRow>(store::Writer&)> work) {
  Result<store::TenantRow> row = co_await written<store::TenantRow>(store_, std::move(work));
  if (!row) co_return Failure(row.error());
  dispatch::Event told = dispatch::LimitsChanged{row->id, row->limits};
  co_await dispatch_.applied(std::move(told));
  co_return info_of(*std::move(row));
}

}  // namespace musicfleet::backend
