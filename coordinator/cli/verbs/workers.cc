#include "coordinator/cli/verbs/workers.h"

#include "coordinator/cli/json_fields.h"
#include "coordinator/cli/table.h"
#include "coordinator/cli/time_span.h"
#include "coordinator/cli/utc_time.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace musicfleet::cli {
namespace {

using nlohmann::json;

constexpr const char* kPath = "/admin/v1/workers";

std::string dump(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string state_of(const json& worker) {
  if (is_true(worker, "revoked")) return "revoked";
  if (!is_true(worker, "connected")) return "away";
  if (is_true(worker, "draining")) return "draining";
  return array_of(worker, "running").empty() ? "idle" : "busy";
}

std::string models_of(const json& worker) {
  std::string names;
  for (const json& model : array_of(worker, "models"))
    names += (names.empty() ? "" : ", ") + text_of(model, "name");
  return names.empty() ? "-" : names;
}

std::string running_of(const json& worker) {
  std::string jobs;
  for (const json& job : array_of(worker, "running"))
    jobs += concat(jobs.empty() ? "" : ", ", text_of(job, "job"), ' ', text_of(job, "stage"), ' ',
                   integer_of(job, "step"), '/', integer_of(job, "steps"));
  return jobs.empty() ? "-" : jobs;
}

std::string or_dash(std::string text) { return text.empty() ? "-" : text; }

// The request for a key with its time.
Result<json> key_of(const WorkersOptions& options) {
  json body{{"public_key", options.public_key}};
  body["valid_after_seconds"] = MF_TRY(time_span_of("--not-before", options.not_before)).count();
  if (!options.expires.empty())
    body["expires_after_seconds"] = MF_TRY(time_span_of("--expires", options.expires)).count();
  return body;
}

std::string keys_path(const WorkersOptions& options) {
  return concat(kPath, '/', path_segment(options.name), "/keys");
}

}  // namespace

Result<> list_workers(const WorkersOptions& options, ApiClient& admin, Console& console) {
  const json answer = MF_TRY(admin.get(kPath));
  Table table({"WORKER", "STATE", "DEVICE", "MODELS", "LAST SEEN", "RUNNING"});
  for (const json& worker : array_of(answer, "workers"))
    if (options.json)
      console.out << dump(worker) << '\n';
    else
      table.add({text_of(worker, "name"), state_of(worker), or_dash(text_of(worker, "device")),
                 models_of(worker), or_dash(short_time(text_of(worker, "last_seen_at"))),
                 running_of(worker)});
  if (!options.json) table.print(console.out, console.out_columns);
  return {};
}

Result<> show_worker(const WorkersOptions& options, ApiClient& admin, Console& console) {
  const json worker = MF_TRY(admin.get(concat(kPath, '/', path_segment(options.name))));
  if (options.json) {
    console.out << dump(worker) << '\n';
    return {};
  }
  Table table({"field", "value"});
  table.add({"name", text_of(worker, "name")});
  table.add({"state", state_of(worker)});
  for (const char* name : {"device", "software_version", "public_key"})
    if (const std::string text = text_of(worker, name); !text.empty()) table.add({name, text});
  table.add({"models", models_of(worker)});
  table.add({"running", running_of(worker)});
  table.add({"last_seen_at", or_dash(short_time(text_of(worker, "last_seen_at")))});
  table.print(console.out, console.out_columns);
  return {};
}

Result<> add_worker(const WorkersOptions& options, ApiClient& admin, Console& console) {
  json body = MF_TRY(key_of(options));
  body["name"] = options.name;
  const json answer = MF_TRY(admin.post(kPath, body));
  if (options.json)
    console.out << dump(answer) << '\n';
  else
    console.out << "worker " << options.name << " may connect\n";
  return {};
}

Result<> rotate_worker(const WorkersOptions& options, ApiClient& admin, Console& console) {
  json body = MF_TRY(key_of(options));
  body["overlap_seconds"] = MF_TRY(time_span_of("--overlap", options.overlap)).count();
  const json answer = MF_TRY(admin.post(keys_path(options), body));
  if (options.json)
    console.out << dump(answer) << '\n';
  else
    console.out << "worker " << options.name << " has a further key; its other keys end " << options.overlap
                << " after that one begins\n";
  return {};
}

Result<> list_worker_keys(const WorkersOptions& options, ApiClient& admin, Console& console) {
  const json answer = MF_TRY(admin.get(keys_path(options)));
  Table table({"KEY", "ADDED", "NOT BEFORE", "EXPIRES", "LAST HELLO", "STATE"});
  for (const json& key : array_of(answer, "keys"))
    if (options.json)
      console.out << dump(key) << '\n';
    else
      table.add({text_of(key, "public_key"), short_time(text_of(key, "added_at")),
                 short_time(text_of(key, "not_before")), or_dash(short_time(text_of(key, "expires_at"))),
                 or_dash(short_time(text_of(key, "last_used_at"))),
                 is_true(key, "revoked")     ? "revoked"
                 : is_true(key, "connected") ? "connected"
                                             : "-"});
  if (!options.json) table.print(console.out);
  return {};
}

namespace {

Result<> order(const WorkersOptions& options, const char* what, const char* done, ApiClient& admin,
               Console& console) {
  MF_TRY(admin.post(concat(kPath, '/', path_segment(options.name), '/', what), json::object()));
  if (options.json)
    console.out << dump({{"name", options.name}, {"ordered", what}}) << '\n';
  else
    console.out << "worker " << options.name << ' ' << done << '\n';
  return {};
}

}  // namespace

Result<> drain_worker(const WorkersOptions& options, ApiClient& admin, Console& console) {
  return order(options, "drain", "gets no new job, and finishes what it has begun", admin, console);
}

Result<> resume_worker(const WorkersOptions& options, ApiClient& admin, Console& console) {
  return order(options, "resume", "gets jobs again", admin, console);
}

Result<> revoke_worker(const WorkersOptions& options, ApiClient& admin, Console& console) {
  if (!options.public_key.empty()) {
    MF_TRY(admin.remove(concat(keys_path(options), '/', path_segment(options.public_key))));
    if (options.json)
      console.out << dump({{"name", options.name}, {"public_key", options.public_key}, {"revoked", true}})
                  << '\n';
    else
      console.out << "this key of worker " << options.name << " is revoked\n";
    return {};
  }
  MF_TRY(admin.remove(concat(kPath, '/', path_segment(options.name))));
  if (options.json)
    console.out << dump({{"name", options.name}, {"revoked", true}}) << '\n';
  else
    console.out << "worker " << options.name << " is revoked\n";
  return {};
}

void add_workers(CLI::App& app, Context& context) {
  auto options = std::make_shared<WorkersOptions>();
  CLI::App* workers = app.add_subcommand("workers", "List, admit and revoke workers (admin API)");
  workers->require_subcommand(1)->fallthrough();
  const auto add = [&](const char* name, const char* what,
                       Result<> (*verb)(const WorkersOptions&, ApiClient&, Console&)) {
    CLI::App* command = workers->add_subcommand(name, what)->fallthrough();
    command->add_flag("--json", options->json, "JSON, one line a worker");
    on_chosen(*command, context, [options, &context, verb]() -> Result<> {
      ApiClient admin(MF_TRY(admin_endpoint(context.access)));
      return verb(*options, admin, context.console);
    });
    return command;
  };
  add("list", "Every worker and what it is at", list_workers);
  add("show", "Everything about one worker", show_worker)
      ->add_option("name", options->name, "The worker's name")
      ->required();
  CLI::App* admit = add("add", "Let a worker's key in", add_worker);
  admit->add_option("name", options->name, "What the worker is called")->required();
  admit->add_option("public_key", options->public_key, "What `musicfleet-worker keygen` printed")->required();
  add("drain", "Give a worker no new job until it is resumed; it finishes what it has begun", drain_worker)
      ->add_option("name", options->name, "The worker's name")
      ->required();
  add("resume", "Give a drained worker jobs again", resume_worker)
      ->add_option("name", options->name, "The worker's name")
      ->required();
  CLI::App* rotate = add("rotate", "Give a worker a further key and let its others end", rotate_worker);
  rotate->add_option("name", options->name, "The worker's name")->required();
  rotate->add_option("public_key", options->public_key, "What `musicfleet-worker keygen` printed")
      ->required();
  rotate->add_option("--overlap", options->overlap, "How long the other keys still count, e.g. 24h")
      ->required();
  for (CLI::App* command : {admit, rotate}) {
    command->add_option("--not-before", options->not_before, "The key counts only after this time, e.g. 2h");
    command->add_option("--expires", options->expires, "The key ends after this time, e.g. 90d");
  }
  add("keys", "The keys of a worker", list_worker_keys)
      ->add_option("name", options->name, "The worker's name")
      ->required();
  CLI::App* revoke = add("revoke", "Shut a worker out at once", revoke_worker);
  revoke->add_option("name", options->name, "The worker's name")->required();
  revoke->add_option("--key", options->public_key, "Only this key of it");
}

}  // namespace musicfleet::cli
