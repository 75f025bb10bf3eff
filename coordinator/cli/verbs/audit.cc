#include "coordinator/cli/verbs/audit.h"

#include "common/sha256.h"
#include "coordinator/cli/json_fields.h"
#include "coordinator/cli/table.h"
#include "coordinator/cli/utc_time.h"
#include "coordinator/store/audit_log.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

namespace musicfleet::cli {
namespace {

using nlohmann::json;

constexpr const char* kPath = "/admin/v1/audit";
constexpr int kPageEntries = 200;

std::string dump(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<> tell(const json& report, bool as_json, Console& console) {
  const std::string reason = text_of(report, "reason");
  if (as_json)
    console.out << dump(report) << '\n';
  else if (is_true(report, "intact"))
    console.out << "the audit log holds: " << integer_of(report, "rows") << " rows, head "
                << text_of(report, "head") << '\n';
  if (is_true(report, "intact")) return {};
  return fail(ErrorCode::kCorrupt, "the audit log does not hold: ", one_line(reason, 300));
}

}  // namespace

Result<> list_audit(const AuditOptions& options, ApiClient& admin, Console& console) {
  Table table({"NUMBER", "TIME", "ACTOR", "ACTION", "TARGET", "DETAIL"});
  std::int64_t before = 0;
  for (int left = options.limit; left > 0;) {
    const int limit = std::min(left, kPageEntries);
    const json page = MF_TRY(
        admin.get(concat(kPath, "?limit=", limit, before > 0 ? concat("&before=", before) : std::string())));
    const json& entries = array_of(page, "entries");
    for (const json& entry : entries)
      if (options.json)
        console.out << dump(entry) << '\n';
      else
        table.add({concat(integer_of(entry, "number")), short_time(text_of(entry, "at")),
                   text_of(entry, "actor"), text_of(entry, "action"), text_of(entry, "target"),
                   dump(object_of(entry, "detail"))});
    before = integer_of(page, "next_before");
    left = before > 0 ? left - static_cast<int>(entries.size()) : 0;
  }
  if (!options.json) table.print(console.out);
  return {};
}

Result<> verify_audit(const AuditOptions& options, ApiClient& admin, Console& console) {
  std::string path = concat(kPath, "/verify");
  if (!options.expect_head.empty()) path += "?expect_head=" + path_segment(options.expect_head);
  const json report = MF_TRY(admin.get(path));
  return tell(report, options.json, console);
}

Result<> verify_audit_file(const AuditOptions& options, Console& console) {
  std::optional<Sha256> expected;
  if (!options.expect_head.empty()) {
    expected = from_hex(options.expect_head);
    if (!expected) return fail(ErrorCode::kInvalidArgument, "--expect-head must have 64 hexadecimal digits");
  }
  const store::AuditVerdict verdict = MF_TRY(store::verify_audit_log(options.database, expected));
  const json report{{"intact", verdict.intact()},
                    {"rows", verdict.rows},
                    {"head", to_hex(verdict.head)},
                    {"broken_row", verdict.broken ? json(*verdict.broken) : json(nullptr)},
                    {"reason", verdict.reason.empty() ? json(nullptr) : json(verdict.reason)}};
  return tell(report, options.json, console);
}

void add_audit(CLI::App& app, Context& context) {
  auto options = std::make_shared<AuditOptions>();
  CLI::App* audit = app.add_subcommand("audit", "What operators did, and whether that log is untouched");
  audit->require_subcommand(1)->fallthrough();

  CLI::App* list = audit->add_subcommand("list", "What operators did, newest first")->fallthrough();
  list->add_option("--limit", options->limit, "How many entries at most")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  list->add_flag("--json", options->json, "JSON, one line an entry");
  on_chosen(*list, context, [options, &context]() -> Result<> {
    ApiClient admin(MF_TRY(admin_endpoint(context.access)));
    return list_audit(*options, admin, context.console);
  });

  CLI::App* verify = audit->add_subcommand("verify", "Check the chain of the audit log")->fallthrough();
  verify->add_option("--expect-head", options->expect_head,
                     "A head that was noted earlier: fails where the log does not have it any more");
  verify->add_option("--database", options->database, "Check this database file, without a coordinator")
      ->check(CLI::ExistingFile);
  verify->add_flag("--json", options->json, "JSON");
  on_chosen(*verify, context, [options, &context]() -> Result<> {
    if (!options->database.empty()) return verify_audit_file(*options, context.console);
    ApiClient admin(MF_TRY(admin_endpoint(context.access)));
    return verify_audit(*options, admin, context.console);
  });
}

}  // namespace musicfleet::cli
