#include "coordinator/cli/verbs/keys.h"

#include "coordinator/cli/dev_file.h"
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

constexpr const char* kPath = "/admin/v1/keys";

std::string dump(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string or_dash(std::string text) { return text.empty() ? "-" : text; }

std::string path_of(const KeysOptions& options) { return concat(kPath, '/', path_segment(options.id)); }

std::string holder_of(const json& key) {
  const std::string name = text_of(key, "operator");
  return name.empty() ? "tenant " + text_of(key, "tenant") : "operator " + name;
}

std::string scopes_of(const json& key) {
  std::string names;
  for (const json& scope : array_of(key, "scopes"))
    if (scope.is_string()) names += (names.empty() ? "" : ",") + scope.get<std::string>();
  return or_dash(names);
}

std::string state_of(const json& key) {
  if (is_true(key, "revoked")) return "revoked";
  if (is_true(key, "expired")) return "expired";
  return text_of(key, "successor").empty() ? "valid" : "replaced";
}

// Before anything is made: a key that cannot be handed over would be lost.
Result<> check_key_file(const KeysOptions& options) {
  std::error_code ignored;
  if (!options.key_file.empty() && std::filesystem::exists(options.key_file, ignored))
    return fail(ErrorCode::kConflict, options.key_file, " is there already: a key never replaces a file");
  return {};
}

Result<> hand_over(const KeysOptions& options, const json& made, Console& console) {
  json shown = made;
  if (!options.key_file.empty()) {
    if (auto written = write_private_file(options.key_file, text_of(made, "key") + "\n"); !written)
      return fail(written.error().code, written.error().message, "; key ", text_of(made, "id"),
                  " is made and nobody has it: revoke it");
    shown.erase("key");
  }
  if (options.json) {
    console.out << dump(shown) << '\n';
    return {};
  }
  if (options.key_file.empty()) console.out << text_of(made, "key") << '\n';
  console.err << "key " << text_of(made, "id") << " of " << holder_of(made) << ", " << scopes_of(made)
              << (options.key_file.empty() ? "; it is shown this once only" : "; it is in ")
              << options.key_file << std::endl;
  return {};
}

}  // namespace

Result<> add_key(const KeysOptions& options, ApiClient& admin, Console& console) {
  MF_CHECK(check_key_file(options));
  json body{{"label", options.label}};
  if (!options.tenant.empty()) body["tenant"] = options.tenant;
  if (!options.operator_name.empty()) body["operator"] = options.operator_name;
  if (!options.scopes.empty()) body["scopes"] = options.scopes;
  if (!options.expires.empty())
    body["expires_after_seconds"] = MF_TRY(time_span_of("--expires", options.expires)).count();
  const json made = MF_TRY(admin.post(kPath, body));
  return hand_over(options, made, console);
}

Result<> rotate_key(const KeysOptions& options, ApiClient& admin, Console& console) {
  MF_CHECK(check_key_file(options));
  json body;
  body["overlap_seconds"] = MF_TRY(time_span_of("--overlap", options.overlap)).count();
  if (!options.expires.empty())
    body["expires_after_seconds"] = MF_TRY(time_span_of("--expires", options.expires)).count();
  const json made = MF_TRY(admin.post(path_of(options) + "/rotate", body));
  MF_CHECK(hand_over(options, made, console));
  if (!options.json) console.err << "key " << options.id << " ends in " << options.overlap << std::endl;
  return {};
}

Result<> list_keys(const KeysOptions& options, ApiClient& admin, Console& console) {
  const json answer = MF_TRY(admin.get(kPath));
  Table table({"KEY", "WHOSE", "LABEL", "SCOPES", "EXPIRES", "LAST USED", "STATE"});
  for (const json& key : array_of(answer, "keys"))
    if (options.json)
      console.out << dump(key) << '\n';
    else
      table.add({text_of(key, "id"), holder_of(key), or_dash(text_of(key, "label")), scopes_of(key),
                 or_dash(short_time(text_of(key, "expires_at"))),
                 or_dash(short_time(text_of(key, "last_used_at"))), state_of(key)});
  if (!options.json) table.print(console.out);
  return {};
}

Result<> show_key(const KeysOptions& options, ApiClient& admin, Console& console) {
  const json key = MF_TRY(admin.get(path_of(options)));
  if (options.json) {
    console.out << dump(key) << '\n';
    return {};
  }
  Table table({"field", "value"});
  table.add({"id", text_of(key, "id")});
  table.add({"whose", holder_of(key)});
  table.add({"label", or_dash(text_of(key, "label"))});
  table.add({"scopes", scopes_of(key)});
  table.add({"state", state_of(key)});
  for (const char* name : {"created_at", "expires_at", "last_used_at"})
    table.add({name, or_dash(short_time(text_of(key, name)))});
  table.add({"successor", or_dash(text_of(key, "successor"))});
  table.print(console.out, console.out_columns);
  return {};
}

Result<> revoke_key(const KeysOptions& options, ApiClient& admin, Console& console) {
  MF_TRY(admin.remove(path_of(options)));
  if (options.json)
    console.out << dump({{"id", options.id}, {"revoked", true}}) << '\n';
  else
    console.out << "key " << options.id << " is revoked\n";
  return {};
}

void add_keys(CLI::App& app, Context& context) {
  auto options = std::make_shared<KeysOptions>();
  CLI::App* keys = app.add_subcommand("keys", "Keys of clients and operators (admin API)");
  keys->require_subcommand(1)->fallthrough();
  const auto add = [&](const char* name, const char* what,
                       Result<> (*verb)(const KeysOptions&, ApiClient&, Console&)) {
    CLI::App* command = keys->add_subcommand(name, what)->fallthrough();
    command->add_flag("--json", options->json, "JSON, one line a key");
    on_chosen(*command, context, [options, &context, verb]() -> Result<> {
      ApiClient admin(MF_TRY(admin_endpoint(context.access)));
      return verb(*options, admin, context.console);
    });
    return command;
  };
  CLI::App* make = add("add", "Make a key and print it", add_key);
  make->add_option("--tenant", options->tenant,
                   "A client's key: whose jobs it sees; by default those of default");
  make->add_option("--operator", options->operator_name,
                   "An operator's key instead: the name that the audit log shows");
  make->add_option("--label", options->label, "What it is for, shown in lists");
  make->add_option("--scopes", options->scopes,
                   "jobs:read, jobs:write; of an operator's key admin:read, admin:write; by default both")
      ->delimiter(',');
  CLI::App* rotate =
      add("rotate", "Make a key in the place of another, which still counts for a while", rotate_key);
  rotate->add_option("--overlap", options->overlap, "How long the key so far still counts, e.g. 24h")
      ->required();
  for (CLI::App* command : {make, rotate}) {
    command->add_option("--expires", options->expires, "The new key ends after this time, e.g. 90d");
    command->add_option("--key-file", options->key_file,
                        "Write the key into this new file, which only you can read");
  }
  add("list", "Every key, without its secret", list_keys);
  CLI::App* show = add("show", "Everything about one key, without its secret", show_key);
  CLI::App* revoke = add("revoke", "End a key at once", revoke_key);
  for (CLI::App* command : {rotate, show, revoke})
    command->add_option("id", options->id, "The key's id")->required();
}

}  // namespace musicfleet::cli
