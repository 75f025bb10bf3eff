#include "coordinator/store/tenant_table.h"

namespace musicfleet::store {
namespace {

std::optional<std::int64_t> optional_integer(const Rows& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return row.integer(column);
}

Result<TenantRow> tenant_of(const Rows& row) {
  TenantRow tenant{TenantId{row.text(0)}, row.time(1), {}};
  tenant.limits.max_queued = optional_integer(row, 2);
  tenant.limits.max_running = optional_integer(row, 3);
  tenant.limits.songs_per_hour = optional_integer(row, 4);
  tenant.limits.spend_cents_per_month = optional_integer(row, 5);
  tenant.limits.weight = static_cast<int>(row.integer(6));
  tenant.limits.spend_cents_per_day = optional_integer(row, 7);
  const auto policy = routing_policy_of(row.text(8));
  if (!policy)
    return fail(ErrorCode::kCorrupt, "tenant ", tenant.id, " has the unknown policy ", row.text(8));
  tenant.limits.policy = *policy;
  tenant.limits.buys_again = row.integer(9) != 0;
  return tenant;
}

}  // namespace

constexpr char kInsertTenant[] =
    "INSERT INTO tenants (id, created_at, max_queued, max_running, songs_per_hour, spend_cents_per_month, "
    "weight, spend_cents_per_day, policy, buys_again) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) "
    "ON CONFLICT (id) DO NOTHING";

Result<> TenantTable::add(const TenantRow& tenant) {
  const TenantLimits& limits = tenant.limits;
  if (MF_TRY(database_.run(kInsertTenant, tenant.id, tenant.created_at, limits.max_queued, limits.max_running,
                           limits.songs_per_hour, limits.spend_cents_per_month, std::int64_t{limits.weight},
                           limits.spend_cents_per_day, name_of(limits.policy),
                           std::int64_t{limits.buys_again})) == 0)
    return fail(ErrorCode::kConflict, "there is already a tenant ", tenant.id);
  return {};
}

constexpr char kSetLimits[] =
    "UPDATE tenants SET max_queued = ?2, max_running = ?3, songs_per_hour = ?4, spend_cents_per_month = ?5, "
    "weight = ?6, spend_cents_per_day = ?7, policy = ?8, buys_again = ?9 WHERE id = ?1";

Result<> TenantTable::set_limits(const TenantId& id, const TenantLimits& limits) {
  if (MF_TRY(database_.run(kSetLimits, id, limits.max_queued, limits.max_running, limits.songs_per_hour,
                           limits.spend_cents_per_month, std::int64_t{limits.weight},
                           limits.spend_cents_per_day, name_of(limits.policy),
                           std::int64_t{limits.buys_again})) == 0)
    return fail(ErrorCode::kNotFound, "there is no tenant ", id);
  return {};
}

#define MUSICFLEET_TENANTS                                                                          \
  "SELECT id, created_at, max_queued, max_running, songs_per_hour, spend_cents_per_month, weight, " \
  "spend_cents_per_day, policy, buys_again FROM tenants "
constexpr char kSelectTenant[] = MUSICFLEET_TENANTS "WHERE id = ?1";
constexpr char kSelectTenants[] = MUSICFLEET_TENANTS "ORDER BY id";
#undef MUSICFLEET_TENANTS

Result<TenantRow> TenantTable::tenant(const TenantId& id) {
  Rows rows = MF_TRY(database_.query(kSelectTenant, id));
  if (!MF_TRY(rows.next())) return fail(ErrorCode::kNotFound, "there is no tenant ", id);
  return tenant_of(rows);
}

Result<std::vector<TenantRow>> TenantTable::tenants() {
  Rows rows = MF_TRY(database_.query(kSelectTenants));
  std::vector<TenantRow> tenants;
  while (MF_TRY(rows.next())) tenants.push_back(MF_TRY(tenant_of(rows)));
  return tenants;
}

// The join is outermost on tenants, so that each one's jobs come from jobs_newest_of_tenant.
constexpr char kCountSubmissions[] =
    "SELECT t.id, j.created_at / ?2 * ?2 AS stretch, count(*) FROM tenants t "
    "CROSS JOIN jobs j INDEXED BY jobs_newest_of_tenant ON j.tenant = t.id AND j.created_at > ?1 "
    "GROUP BY t.id, stretch ORDER BY t.id, stretch";

Result<std::vector<SubmissionCount>> TenantTable::submissions(WallTime since,
                                                              std::chrono::milliseconds stretch) {
  Rows rows = MF_TRY(database_.query(kCountSubmissions, since, std::int64_t{stretch.count()}));
  std::vector<SubmissionCount> counts;
  while (MF_TRY(rows.next())) counts.push_back({TenantId{rows.text(0)}, rows.time(1), rows.integer(2)});
  return counts;
}

}  // namespace musicfleet::store
