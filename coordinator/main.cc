// musicfleet-coordinator: reads the command line and the configuration, runs the coordinator until it is told
// to stop.
#include "coordinator/backup_commands.h"
#include "coordinator/coordinator.h"
#include "coordinator/open_files.h"
#include "coordinator/song_shop.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <boost/asio/signal_set.hpp>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <functional>
#include <iostream>

namespace {

using namespace musicfleet;

// For answers under way after SIGTERM.
constexpr std::chrono::seconds kGrace{10};

// A core dump would hold prompts and keys. Only the soft limit, so that `prlimit --core=unlimited --pid PID`
// can still ask for one.
void forgo_core_dumps() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_CORE, &limit) != 0) return;
  limit.rlim_cur = 0;
  ::setrlimit(RLIMIT_CORE, &limit);
}

int complain(const Error& error) {
  std::cerr << "musicfleet-coordinator: " << error.message << '\n';
  return 1;
}

// `told` makes the sentence.
int say(const Result<store::BackupFacts>& done,
        const std::function<std::string(const store::BackupFacts&)>& told) {
  if (!done) return complain(done.error());
  std::cout << told(*done) << '\n';
  return 0;
}

Result<Config> read_config(const std::string& file, const std::string& data_dir) {
  ConfigFile settings;
  if (!file.empty()) settings = MF_TRY(ConfigFile::read(file));
  Config config = MF_TRY(config_of(std::move(settings)));
  if (!data_dir.empty()) config.data_dir = data_dir;
  return config;
}

int run(const Config& config) {
  umask(S_IRWXG | S_IRWXO);  // what this process writes holds prompts, songs and keys
  forgo_core_dumps();
  const LogOutput output(config.log_level);
  const Log log(output, "coordinator");
  const std::uint64_t wanted =
      kOpenFilesBesideClients + static_cast<std::uint64_t>(config.http_max_connections);
  if (const std::uint64_t files = raise_open_files(); files < wanted)
    log.warn("few files may be open: many clients at once will be refused",
             {{"limit", files}, {"wanted", wanted}});
  boost::asio::io_context loop(1);
  auto coordinator = Coordinator::start(loop, config, output, MUSICFLEET_VERSION);
  if (!coordinator) return complain(coordinator.error());
  boost::asio::signal_set signals(loop, SIGINT, SIGTERM);
  signals.async_wait([&](boost::system::error_code error, int) {
    if (error) return;
    log.info("stopping");
    (*coordinator)->stop({config.failover.stop_wait, kGrace});
    // A second signal does not wait.
    signals.async_wait([&](boost::system::error_code, int) { loop.stop(); });
  });
  loop.run();
  if (const auto& failure = (*coordinator)->failure()) return complain(*failure);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::string config_file, data_dir, backup_to, backup, restore_from;
  bool check = false, print = false;
  CLI::App app("Takes jobs over HTTP, gives them to workers, keeps their songs.", "musicfleet-coordinator");
  app.set_version_flag("--version", MUSICFLEET_VERSION);
  app.add_option("--config", config_file, "TOML file with the settings")->type_name("FILE");
  app.add_option("--data", data_dir, "folder of the database, the songs and the keys; over data_dir")
      ->type_name("DIR");
  app.add_flag("--check-config", check, "check the settings and leave");
  app.add_flag("--print-config", print, "print the settings that would be used and leave");
  app.add_option("--backup", backup_to,
                 "back the database up into this new folder, beside a running one, and leave")
      ->type_name("DIR");
  app.add_option("--verify-backup", backup, "check a backup and leave")->type_name("DIR");
  app.add_option("--restore", restore_from, "put a backup in the place of the database and leave")
      ->type_name("DIR");
  CLI11_PARSE(app, argc, argv);

  if (!backup.empty()) {
    return say(store::verify_backup(backup),
               [&](const store::BackupFacts& facts) { return told_verified(backup, facts); });
  }

  const auto config = read_config(config_file, data_dir);
  if (!config) return complain(config.error());
  if (print) std::cout << to_toml(*config);
  if (check)
    if (const auto keys = read_keys(config->failover); !keys) return complain(keys.error());
  if (check || print) return 0;
  umask(S_IRWXG | S_IRWXO);  // what this process writes holds prompts, songs and keys
  if (!backup_to.empty()) {
    return say(back_up(config->data_dir, backup_to),
               [&](const store::BackupFacts& facts) { return told_backup(backup_to, facts); });
  }
  if (!restore_from.empty()) {
    return say(restore(config->data_dir, restore_from), [&](const store::BackupFacts& facts) {
      return told_restored(config->data_dir, restore_from, facts);
    });
  }
  return run(*config);
}
