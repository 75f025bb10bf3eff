#include "common/http_client.h"
#include "common/zmq/curve_key_pair.h"
#include "worker/audio/encoder.h"
#include "worker/config.h"
#include "worker/daemon/worker_daemon.h"
#include "worker/verbs/song_engine.h"
#include "worker/verbs/verbs.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace musicfleet::verbs {
namespace {

using daemon::WorkerDaemon;

daemon::EngineFactory engine_factory(const WorkerConfig& config) {
  ace_v15::EngineOptions options;
  options.checkpoint = config.model;
  options.name = config.model_name;
  options.device = config.device;
  options.precision = config.precision;
  options.threads = config.threads;
  return [options] { return make_song_engine(options); };
}

daemon::UploadSong uploader() {
  // Used by the encoder thread alone.
  auto client = std::make_shared<HttpClient>();
  return [client](const to_worker::Ticket& ticket, const std::filesystem::path& file, std::stop_token stop,
                  const daemon::UploadProgress& progress) {
    std::vector<HttpHeader> headers;
    for (const to_worker::Header& header : ticket.headers) headers.push_back({header.name, header.value});
    return client->put_file(ticket.url, headers, file, std::move(stop),
                            [&](std::uint64_t done, std::uint64_t total) {
                              progress(done, total);
                              return true;
                            });
  };
}

// SIGTERM and SIGINT: the first lets the daemon leave in order, the second ends the process at once.
class Signals {
 public:
  Signals(boost::asio::io_context& loop, WorkerDaemon& daemon)
      : signals_(loop, SIGTERM, SIGINT), daemon_(daemon) {
    wait();
  }

 private:
  void wait() {
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
      if (error) return;
      if (leaving_) std::_Exit(128 + signal);
      leaving_ = true;
      daemon_.leave();
      wait();
    });
  }

  boost::asio::signal_set signals_;
  WorkerDaemon& daemon_;
  bool leaving_ = false;
};

Result<> run(const WorkerConfig& config, const std::string& software_version) {
  MF_CHECK(validate(config));
  daemon::DaemonOptions options;
  options.link.endpoint = config.coordinator;
  options.link.server_key = MF_TRY(zmq::read_public_key(config.server_key));
  options.link.keys = MF_TRY(zmq::read_key_file(config.key));
  options.link.expected_name = config.name;
  options.link.settings.jitter_seed = std::random_device()();
  options.software_version = software_version;
  options.slots = config.slots;

  const LogOutput log(log_level_of(config.log_level).value_or(LogLevel::kInfo));
  const SystemClock clock;
  boost::asio::io_context loop;
  Result<> outcome;
  WorkerDaemon daemon(loop, clock, log, std::move(options), MF_TRY(daemon::Spool::open(config.spool)),
                      {engine_factory(config), encode_song, uploader()}, [&](Result<> how) {
                        outcome = std::move(how);
                        loop.stop();
                      });
  Signals signals(loop, daemon);
  loop.run();
  return outcome;
}

struct Flags {
  bool check = false;
  std::string config_file;
  WorkerConfig config;
};

// Command line over file: the file is read into fresh settings, then every option that was given is laid over
// it.
Result<WorkerConfig> settings(const Flags& flags, const CLI::App& verb) {
  WorkerConfig config;
  if (!flags.config_file.empty()) MF_CHECK(read_config_file(flags.config_file, config));
  const auto lay = [&](const char* option, auto member) {
    if (verb.count(option) > 0) config.*member = flags.config.*member;
  };
  lay("--coordinator", &WorkerConfig::coordinator);
  lay("--server-key", &WorkerConfig::server_key);
  lay("--key", &WorkerConfig::key);
  lay("--model", &WorkerConfig::model);
  lay("--spool", &WorkerConfig::spool);
  lay("--name", &WorkerConfig::name);
  lay("--model-name", &WorkerConfig::model_name);
  lay("--device", &WorkerConfig::device);
  lay("--precision", &WorkerConfig::precision);
  lay("--threads", &WorkerConfig::threads);
  lay("--slots", &WorkerConfig::slots);
  lay("--log-level", &WorkerConfig::log_level);
  return config;
}

}  // namespace

void add_run(CLI::App& app, const std::string& software_version, int& exit_status) {
  auto flags = std::make_shared<Flags>();
  WorkerConfig& config = flags->config;
  CLI::App* verb = app.add_subcommand("run", "Serve a coordinator (what happens without a verb)");
  verb->add_option("--config", flags->config_file, "TOML file with the settings below, '_' for '-'");
  verb->add_flag("--check-config", flags->check, "Check the settings and leave");
  verb->add_option("--coordinator", config.coordinator, "tcp://HOST:PORT");
  verb->add_option("--server-key", config.server_key,
                   "The coordinator's public key, or a file that holds it");
  verb->add_option("--key", config.key, "File with this worker's secret key, from keygen");
  verb->add_option("--model", config.model, "Folder of the checkpoint");
  verb->add_option("--spool", config.spool,
                   "Folder for songs that wait for their upload; this worker's alone");
  verb->add_option("--name", config.name,
                   "Name of this worker at the coordinator; warns when it has another");
  verb->add_option("--model-name", config.model_name,
                   "What the fleet calls the model; by default the folder's name");
  verb->add_option("--device", config.device, "cpu or cuda:N")->capture_default_str();
  verb->add_option("--precision", config.precision, "fp32 or bf16")->capture_default_str();
  verb->add_option("--threads", config.threads, "Of the CPU; 0: one a core")->capture_default_str();
  verb->add_option("--slots", config.slots, "Jobs held at a time")->capture_default_str();
  verb->add_option("--log-level", config.log_level, "debug, info, warn or error")->capture_default_str();
  verb->callback([flags, verb, software_version, &exit_status] {
    const auto resolved = settings(*flags, *verb);
    const Result<> served = !resolved      ? Failure(resolved.error())
                            : flags->check ? validate(*resolved)
                                           : run(*resolved, software_version);
    if (!served) std::fprintf(stderr, "musicfleet-worker: %s\n", served.error().message.c_str());
    exit_status = served ? 0 : 1;
  });
}

}  // namespace musicfleet::verbs
