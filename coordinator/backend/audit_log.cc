#include "coordinator/backend/audit_log.h"

#include "coordinator/backend/awaited.h"

#include <algorithm>

namespace musicfleet::backend {

constexpr int kLongestPage = 200;

store::AuditRecord AuditLog::entry(const http::Operator& by, std::string action, std::string target,
                                   std::string detail_json) const {
  return {clock_.wall_now(), by.name, std::move(action), std::move(target), std::move(detail_json)};
}

http::Awaitable<> AuditLog::change(store::AuditRecord record, std::function<Result<>(store::Writer&)> work) {
  std::function<Result<>(store::Writer&)> both = [record = std::move(record),
                                                  work = std::move(work)](store::Writer& writer) -> Result<> {
    MF_CHECK(work(writer));
    MF_TRY(writer.audit.append(record));
    return {};
  };
  co_return co_await written<void>(store_, std::move(both));
}

http::Awaitable<> AuditLog::record(http::Operator by, std::string action, std::string target,
                                   std::string detail_json) {
  store::AuditRecord told = entry(by, std::move(action), std::move(target), std::move(detail_json));
  std::function<Result<>(store::Writer&)> nothing_else = [](store::Writer&) { return Result<>(); };
  co_return co_await change(std::move(told), std::move(nothing_else));
}

http::Awaitable<http::AuditEntries> AuditLog::audit_entries(http::AuditQuery query) {
  const int limit = std::clamp(query.limit, 1, kLongestPage);
  std::function<Result<store::AuditPage>(store::JobReader&)> look = [query, limit](store::JobReader& reader) {
    return reader.audit().page(query.before, limit);
  };
  auto page = co_await read<store::AuditPage>(readers_, std::move(look));
  if (!page) co_return Failure(page.error());
  http::AuditEntries entries;
  entries.next_before = page->next_before;
  for (store::AuditRow& row : page->rows)
    entries.entries.push_back({row.number, row.record.at, std::move(row.record.actor),
                               std::move(row.record.action), std::move(row.record.target),
                               std::move(row.record.detail_json), row.hash});
  co_return entries;
}

http::Awaitable<http::AuditReport> AuditLog::verify_audit(std::optional<Sha256> expected) {
  // Only one piece of work at a time has the chain; this coroutine waits for it.
  const auto chain = std::make_shared<store::AuditChain>(expected);
  for (;;) {
    const std::int64_t after = chain->verdict().rows;
    std::function<Result<bool>(store::JobReader&)> walk = [chain, after](store::JobReader& reader) {
      return reader.audit().walk(*chain, after, kRowsAtATime);
    };
    const auto more = co_await read<bool>(readers_, std::move(walk));
    if (!more) co_return Failure(more.error());
    if (!*more) break;
  }
  store::AuditVerdict verdict = chain->verdict();
  co_return http::AuditReport{verdict.intact(), verdict.rows, verdict.head, verdict.broken,
                              std::move(verdict.reason)};
}

}  // namespace musicfleet::backend
