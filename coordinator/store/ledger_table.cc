#include "coordinator/store/ledger_table.h"

#include <limits>
#include <map>

namespace musicfleet::store {
namespace {

#define MUSICFLEET_PURCHASE_COLUMNS                                                                          \
  "job, epoch, tenant, provider, model, purpose, song_ms, price, price_note, intended_at, state, ended_at, " \
  "vendor_song, reason, object"

std::int64_t ms_of(std::chrono::milliseconds time) { return time.count(); }

Purchase purchase_of(const Rows& row) {
  Purchase purchase;
  PurchaseIntent& intent = purchase.intent;
  intent.lease = {JobId{row.text(0)}, static_cast<Epoch>(row.integer(1))};
  intent.tenant = TenantId{row.text(2)};
  intent.provider = row.text(3);
  intent.model = row.text(4);
  intent.purpose = purchase_purpose_of(row.text(5)).value_or(PurchasePurpose::kDelivery);
  intent.song = std::chrono::milliseconds(row.integer(6));
  intent.price = {row.integer(7)};
  intent.price_note = row.text(8);
  intent.at = row.time(9);
  purchase.state = purchase_state_of(row.text(10)).value_or(PurchaseState::kUnknown);
  purchase.ended_at = row.optional_time(11);
  purchase.vendor_song = row.text(12);
  purchase.reason = row.text(13);
  purchase.object = row.text(14);
  purchase.number = row.integer(15);
  return purchase;
}

Result<std::vector<Purchase>> purchases_of(Rows rows) {
  std::vector<Purchase> purchases;
  while (MF_TRY(rows.next())) purchases.push_back(purchase_of(rows));
  return purchases;
}

}  // namespace

constexpr char kIntend[] = "INSERT INTO purchases (" MUSICFLEET_PURCHASE_COLUMNS
                           ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'intended', NULL, '', '', '')";

Result<> LedgerTable::intend(const PurchaseIntent& intent) {
  MF_TRY(database_.run(kIntend, intent.lease.job, std::int64_t{intent.lease.epoch}, intent.tenant,
                       std::string_view(intent.provider), std::string_view(intent.model),
                       name_of(intent.purpose), ms_of(intent.song), intent.price.value,
                       std::string_view(intent.price_note), intent.at));
  return {};
}

Result<> LedgerTable::change_state(const char* sql, const PurchaseEnd& end) {
  if (MF_TRY(database_.run(sql, end.lease.job, std::int64_t{end.lease.epoch}, name_of(end.state), end.at,
                           std::string_view(end.vendor_song), std::string_view(end.reason),
                           std::string_view(end.object))) == 0)
    return fail(ErrorCode::kConflict, "no purchase for lease ", end.lease.epoch, " of ", end.lease.job,
                " can become ", name_of(end.state));
  return {};
}

constexpr char kEnd[] =
    "UPDATE purchases SET state = ?3, ended_at = ?4, vendor_song = ?5, reason = ?6, object = ?7 "
    "WHERE job = ?1 AND epoch = ?2 AND state = 'intended'";

Result<> LedgerTable::end(const PurchaseEnd& end) { return change_state(kEnd, end); }

// What the provider said of it, if anything, stays; there is no song.
constexpr char kSettle[] =
    "UPDATE purchases SET state = ?3, ended_at = ?4, "
    "vendor_song = CASE ?5 WHEN '' THEN vendor_song ELSE ?5 END, reason = ?6, object = ?7 "
    "WHERE job = ?1 AND epoch = ?2 AND state = 'unknown'";

Result<> LedgerTable::settle(const PurchaseEnd& end) { return change_state(kSettle, end); }

constexpr char kGiveUp[] =
    "UPDATE purchases SET state = 'unknown', ended_at = ?1, reason = ?2 WHERE state = 'intended'";

Result<int> LedgerTable::give_up_what_is_under_way(WallTime at, const std::string& reason) {
  return database_.run(kGiveUp, at, std::string_view(reason));
}

#define MUSICFLEET_PURCHASES "SELECT " MUSICFLEET_PURCHASE_COLUMNS ", number FROM purchases "
constexpr char kUnknown[] = MUSICFLEET_PURCHASES "WHERE state = 'unknown' ORDER BY intended_at LIMIT ?1";
constexpr char kUnknownOfJob[] = MUSICFLEET_PURCHASES "WHERE job = ?1 AND state = 'unknown' ORDER BY epoch";
constexpr char kNewest[] = MUSICFLEET_PURCHASES "WHERE number < ?1 ORDER BY number DESC LIMIT ?2";
constexpr char kNewestUnknown[] = MUSICFLEET_PURCHASES
    "INDEXED BY purchases_unknown WHERE state = 'unknown' AND number < ?1 ORDER BY number DESC LIMIT ?2";
constexpr char kPurchase[] = MUSICFLEET_PURCHASES "WHERE job = ?1 AND epoch = ?2";
#undef MUSICFLEET_PURCHASES

Result<std::vector<Purchase>> LedgerTable::unknown_purchases(int limit) {
  return purchases_of(MF_TRY(database_.query(kUnknown, std::int64_t{limit})));
}

constexpr char kLeasesOfUnknown[] = "SELECT job, epoch FROM purchases WHERE state = 'unknown'";

Result<std::set<Lease>> LedgerTable::leases_of_unknown_purchases() {
  Rows rows = MF_TRY(database_.query(kLeasesOfUnknown));
  std::set<Lease> leases;
  while (MF_TRY(rows.next())) leases.insert({JobId{rows.text(0)}, static_cast<Epoch>(rows.integer(1))});
  return leases;
}

Result<std::vector<Purchase>> LedgerTable::unknown_purchases_of(const JobId& job) {
  return purchases_of(MF_TRY(database_.query(kUnknownOfJob, job)));
}

Result<std::vector<Purchase>> LedgerTable::purchases(const PurchaseListing& listing) {
  return purchases_of(MF_TRY(database_.query(
      listing.unknown ? kNewestUnknown : kNewest,
      listing.before.value_or(std::numeric_limits<std::int64_t>::max()), std::int64_t{listing.limit})));
}

Result<Purchase> LedgerTable::purchase(const Lease& lease) {
  Rows rows = MF_TRY(database_.query(kPurchase, lease.job, std::int64_t{lease.epoch}));
  if (!MF_TRY(rows.next()))
    return fail(ErrorCode::kNotFound, "nothing was bought for lease ", lease.epoch, " of ", lease.job);
  return purchase_of(rows);
}

constexpr char kBoughtSongs[] = "SELECT object FROM purchases WHERE job = ?1 AND object <> '' ORDER BY epoch";
constexpr char kUnderWay[] = "SELECT 1 FROM purchases WHERE job = ?1 AND state = 'intended'";

Result<BoughtSongs> LedgerTable::bought_songs_of(const JobId& job) {
  BoughtSongs songs;
  Rows rows = MF_TRY(database_.query(kBoughtSongs, job));
  while (MF_TRY(rows.next())) songs.objects.push_back(rows.text(0));
  Rows under_way = MF_TRY(database_.query(kUnderWay, job));
  songs.under_way = MF_TRY(under_way.next());
  return songs;
}

constexpr char kAdd[] =
    "INSERT INTO ledger (at, kind, tenant, job, epoch, provider, model, song_ms, work_ms, amount) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";

Result<> LedgerTable::add(const LedgerEntry& entry) {
  MF_TRY(database_.run(kAdd, entry.at, name_of(entry.kind), entry.tenant, entry.job,
                       std::int64_t{entry.epoch}, std::string_view(entry.provider),
                       std::string_view(entry.model), ms_of(entry.song), ms_of(entry.work),
                       entry.amount.value));
  return {};
}

constexpr char kWalk[] =
    "SELECT number, at, kind, tenant, job, epoch, provider, model, song_ms, work_ms, amount FROM ledger "
    "WHERE (at, number) > (?1, ?2) AND at < ?3 ORDER BY at, number LIMIT ?4";

Result<std::optional<LedgerPosition>> LedgerTable::walk(const LedgerPosition& after, WallTime to, int limit,
                                                        const std::function<void(const LedgerEntry&)>& take) {
  Rows rows = MF_TRY(database_.query(kWalk, after.at, after.number, to, std::int64_t{limit}));
  LedgerEntry entry;
  int taken = 0;
  for (; MF_TRY(rows.next()); ++taken) {
    const auto kind = entry_kind_of(rows.text(2));
    if (!kind) return fail(ErrorCode::kCorrupt, "ledger row ", rows.integer(0), " is of kind ", rows.text(2));
    entry = {rows.integer(0),
             rows.time(1),
             *kind,
             TenantId{rows.text(3)},
             JobId{rows.text(4)},
             static_cast<Epoch>(rows.integer(5)),
             rows.text(6),
             rows.text(7),
             std::chrono::milliseconds(rows.integer(8)),
             std::chrono::milliseconds(rows.integer(9)),
             MicroDollars{rows.integer(10)}};
    take(entry);
  }
  if (taken < limit) return std::optional<LedgerPosition>();
  return std::optional(LedgerPosition{entry.at, entry.number});
}

Result<std::vector<LedgerEntry>> LedgerTable::entries(WallTime from, WallTime to) {
  std::vector<LedgerEntry> entries;
  MF_TRY(walk({from, 0}, to, std::numeric_limits<int>::max(),
              [&](const LedgerEntry& entry) { entries.push_back(entry); }));
  return entries;
}

constexpr char kSpending[] =
    "WITH RECURSIVE newest (day, number) AS ("
    "SELECT max(intended_at) / ?2 * ?2, 1 FROM purchases WHERE state <> 'not_bought' "
    "UNION ALL SELECT (SELECT max(intended_at) / ?2 * ?2 FROM purchases "
    "WHERE state <> 'not_bought' AND intended_at < newest.day), number + 1 "
    "FROM newest WHERE number < ?1 AND day IS NOT NULL) "
    "SELECT tenant, intended_at / ?2 * ?2, price FROM purchases "
    "WHERE intended_at >= (SELECT min(day) FROM newest) AND state <> 'not_bought'";

Result<std::vector<Spending>> LedgerTable::spending(std::size_t most_days) {
  constexpr std::int64_t kDay = std::chrono::milliseconds(std::chrono::days(1)).count();
  Rows rows = MF_TRY(database_.query(kSpending, static_cast<std::int64_t>(most_days), kDay));
  std::map<std::pair<TenantId, WallTime>, MicroDollars> sums;
  while (MF_TRY(rows.next())) sums[{TenantId{rows.text(0)}, rows.time(1)}] += MicroDollars{rows.integer(2)};
  std::vector<Spending> spending;
  spending.reserve(sums.size());
  for (const auto& [of, amount] : sums) spending.push_back({of.first, of.second, amount});
  return spending;
}

}  // namespace musicfleet::store
