// audit list, verify: what operators did, and whether the log of it is what was written, over the admin API
// or in a database file without a coordinator. One thread.
#pragma once

#include "coordinator/cli/api_client.h"
#include "coordinator/cli/verbs/context.h"

#include <string>

namespace musicfleet::cli {

struct AuditOptions {
  int limit = 50;
  std::string expect_head;  // hexadecimal; empty: any
  std::string database;     // a file; empty: ask the coordinator
  bool json = false;
};

void add_audit(CLI::App& app, Context& context);

Result<> list_audit(const AuditOptions& options, ApiClient& admin, Console& console);
// kCorrupt where the log does not hold; the report is on `out` all the same.
Result<> verify_audit(const AuditOptions& options, ApiClient& admin, Console& console);
Result<> verify_audit_file(const AuditOptions& options, Console& console);

}  // namespace musicfleet::cli
