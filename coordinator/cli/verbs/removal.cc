#include "coordinator/cli/verbs/removal.h"

#include "coordinator/cli/confirm.h"
#include "coordinator/cli/json_fields.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <nlohmann/json.hpp>

namespace musicfleet::cli {
namespace {

using nlohmann::json;

// "12 jobs with 9 songs"
std::string amount(const json& counts) {
  const auto jobs = integer_of(counts, "jobs"), songs = integer_of(counts, "songs");
  return concat(jobs, jobs == 1 ? " job" : " jobs", " with ", songs, songs == 1 ? " song" : " songs");
}

}  // namespace

void add_removal_options(CLI::App& command, RemovalOptions& options) {
  command.add_flag("--dry-run", options.dry_run, "Only say how much would go");
  command.add_flag("--yes", options.yes, "Do not ask; needed where there is no terminal");
  command.add_flag("--json", options.json, "JSON: the counts");
}

HttpClientOptions patient() {
  HttpClientOptions options;
  options.idle_timeout = std::chrono::hours(6);
  return options;
}

Result<json> remove_with_consent(const std::string& path, json order, const RemovalOptions& options,
                                 const RemovalWords& words, ApiClient& admin, Console& console) {
  order["dry_run"] = true;
  const json would = MF_TRY(admin.post(path, order));
  const bool nothing = integer_of(would, "jobs") == 0;
  if (options.dry_run || nothing) {
    if (options.json)
      console.out << would.dump() << '\n';
    else
      console.out << amount(would) << ' ' << words.would << '\n';
    return nothing && !options.dry_run ? would : json();
  }
  MF_CHECK(confirm(console, options.yes, concat(words.question, ' ', amount(would), '?')));
  order["dry_run"] = false;
  json went = MF_TRY(admin.post(path, order));
  if (options.json)
    console.out << went.dump() << '\n';
  else
    console.out << words.done << ' ' << amount(went) << '\n';
  return went;
}

}  // namespace musicfleet::cli
