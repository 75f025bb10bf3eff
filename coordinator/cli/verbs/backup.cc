#include "coordinator/cli/verbs/backup.h"

#include "common/sha256.h"
#include "coordinator/backup_commands.h"
#include "coordinator/cli/api_client.h"
#include "coordinator/cli/confirm.h"
#include "coordinator/cli/json_fields.h"
#include "coordinator/cli/utc_time.h"
#include "coordinator/cli/verbs/removal.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include <memory>

namespace musicfleet::cli {
namespace {

using nlohmann::json;

struct BackupOptions {
  std::string name;    // of a backup that is taken
  std::string folder;  // of one that is put back
  bool check = false;
  bool yes = false;
  bool json = false;
};

Result<> take(const BackupOptions& options, Context& context) {
  ApiClient admin(MF_TRY(admin_endpoint(context.access)), patient());
  json order = json::object();
  if (!options.name.empty()) order["name"] = options.name;
  const json backup = MF_TRY(admin.post("/admin/v1/backups", order));
  if (options.json)
    context.console.out << backup.dump(-1, ' ', false, json::error_handler_t::replace) << '\n';
  else
    context.console.out << "backed up to " << text_of(backup, "folder") << ": " << integer_of(backup, "jobs")
                        << " jobs; its songs (" << integer_of(backup, "songs") << ", "
                        << integer_of(backup, "song_bytes")
                        << " bytes) are listed in songs.sha256, not copied\n";
  return {};
}

Result<> put_back(const BackupOptions& options, Context& context) {
  Console& console = context.console;
  const std::filesystem::path data =
      context.access.data_folder.empty() ? kDefaultDataFolder : context.access.data_folder;
  const auto checked = MF_TRY(store::verify_backup(options.folder));
  std::string told = told_verified(options.folder, checked);
  if (!options.check) {
    console.err << told << std::endl;
    MF_CHECK(confirm(console, options.yes,
                     concat("Put it in the place of the database in ", data.string(),
                            "? What was submitted since is gone. Coordinator and workers must be stopped.")));
    umask(S_IRWXG | S_IRWXO);  // what this process writes holds prompts and keys
    MF_TRY(restore(data, options.folder));
    told = told_restored(data, options.folder, checked);
  }
  if (options.json)
    console.out << json{{"folder", options.folder},
                        {"restored", !options.check},
                        {"schema_version", checked.schema_version},
                        {"jobs", checked.jobs},
                        {"events", checked.events},
                        {"songs", checked.songs},
                        {"database_sha256", to_hex(checked.database_sha256)}}
                       .dump(-1, ' ', false, json::error_handler_t::replace)
                << '\n';
  else
    console.out << told << '\n';
  return {};
}

}  // namespace

void add_backup(CLI::App& app, Context& context) {
  auto options = std::make_shared<BackupOptions>();
  CLI::App* backup =
      app.add_subcommand("backup",
                         "Back up the database of the running coordinator, checked, in a new folder of its "
                         "backup_dir (admin API). For example: backup before-upgrade")
          ->fallthrough();
  backup->add_option("name", options->name, "What the backup is called; by default the time");
  backup->add_flag("--json", options->json, "JSON: folder, hash and counts");
  on_chosen(*backup, context, [options, &context] { return take(*options, context); });

  CLI::App* restore =
      app.add_subcommand(
             "restore",
             "Check a backup and put it in the place of the database, on the coordinator's machine and "
             "with the coordinator and all workers stopped. What was there is kept beside it. For "
             "example: restore /var/lib/musicfleet/backups/before-upgrade --data-dir /var/lib/musicfleet")
          ->fallthrough();
  restore->add_option("folder", options->folder, "The backup's folder")->required();
  restore->add_flag("--check", options->check, "Only check the backup");
  restore->add_flag("--yes", options->yes, "Do not ask; needed where there is no terminal");
  restore->add_flag("--json", options->json, "JSON: hash and counts");
  on_chosen(*restore, context, [options, &context] { return put_back(*options, context); });
}

}  // namespace musicfleet::cli
