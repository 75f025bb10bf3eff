#include "coordinator/cli/verbs/keys.h"

#include "coordinator/cli/json_fields.h"
#include "coordinator/cli/table.h"
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

}  // namespace

Result<> add_key(const KeysOptions& options, ApiClient& admin, Console& console) {
  const json key = MF_TRY(admin.post(kPath, {{"tenant", options.tenant}, {"label", options.label}}));
  if (options.json) {
    console.out << dump(key) << '\n';
    return {};
  }
  console.out << text_of(key, "key") << '\n';
  console.err << "key " << text_of(key, "id") << " of tenant " << text_of(key, "tenant")
              << "; it is shown this once only" << std::endl;
  return {};
}

Result<> list_keys(const KeysOptions& options, ApiClient& admin, Console& console) {
  const json answer = MF_TRY(admin.get(kPath));
  Table table({"KEY", "TENANT", "LABEL", "CREATED", "LAST USED", "STATE"});
  for (const json& key : array_of(answer, "keys"))
    if (options.json)
      console.out << dump(key) << '\n';
    else
      table.add({text_of(key, "id"), text_of(key, "tenant"), or_dash(text_of(key, "label")),
                 short_time(text_of(key, "created_at")), or_dash(short_time(text_of(key, "last_used_at"))),
                 is_true(key, "revoked") ? "revoked" : "valid"});
  if (!options.json) table.print(console.out);
  return {};
}

Result<> revoke_key(const KeysOptions& options, ApiClient& admin, Console& console) {
  MF_TRY(admin.remove(concat(kPath, '/', path_segment(options.id))));
  if (options.json)
    console.out << dump({{"id", options.id}, {"revoked", true}}) << '\n';
  else
    console.out << "key " << options.id << " is revoked\n";
  return {};
}

void add_keys(CLI::App& app, Context& context) {
  auto options = std::make_shared<KeysOptions>();
  CLI::App* keys = app.add_subcommand("keys", "Make, list and revoke API keys (admin API)");
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
  make->add_option("--tenant", options->tenant, "Whose jobs it sees")->capture_default_str();
  make->add_option("--label", options->label, "What it is for, shown in lists");
  add("list", "Every key, without its secret", list_keys);
  add("revoke", "End a key at once", revoke_key)->add_option("id", options->id, "The key's id")->required();
}

}  // namespace musicfleet::cli
