#include "coordinator/coordinator.h"

#include "common/sha256.h"
#include "coordinator/backend/audit_log.h"
#include "coordinator/backend/backup_desk.h"
#include "coordinator/backend/coordinator_backend.h"
#include "coordinator/backend/drain_desk.h"
#include "coordinator/backend/housekeeping.h"
#include "coordinator/backend/intake_desk.h"
#include "coordinator/backend/job_desk.h"
#include "coordinator/backend/money_desk.h"
#include "coordinator/backend/overview_desk.h"
#include "coordinator/backend/removal_desk.h"
#include "coordinator/backend/tenant_desk.h"
#include "coordinator/fleet/fleet_server.h"
#include "coordinator/http/api.h"
#include "coordinator/http/server.h"
#include "coordinator/policy/prompt_hook.h"
#include "coordinator/song_shop.h"
#include "coordinator/store/migrations.h"
#include "coordinator/webhooks/webhooks.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

namespace musicfleet {
namespace {

namespace asio = boost::asio;

constexpr int kReaders = 2;

// Holds a free port of the address until the listener has bound it too: tickets and links carry it before
// then.
Result<std::pair<asio::ip::tcp::acceptor, HostPort>> reserve(asio::io_context& loop, HostPort address) {
  boost::system::error_code error;
  const auto ip = asio::ip::make_address(address.host == "localhost" ? "127.0.0.1" : address.host, error);
  if (error)
    return fail(ErrorCode::kInvalidArgument, "cannot listen on ", address.host, ": not an IP address");
  asio::ip::tcp::acceptor socket(loop);
  const asio::ip::tcp::endpoint endpoint(ip, address.port);
  socket.open(endpoint.protocol(), error);
  if (!error) socket.set_option(asio::ip::tcp::acceptor::reuse_address(true), error);
  if (!error) socket.bind(endpoint, error);
  if (error)
    return fail(ErrorCode::kUnavailable, "cannot listen on ", to_text(address), ": ", error.message());
  address.port = socket.local_endpoint().port();
  return std::pair(std::move(socket), address);
}

http::ServerOptions server_options(const HostPort& address, Log log) {
  http::ServerOptions options;
  options.address = address.host;
  options.port = address.port;
  options.on_request = [log](const http::AccessRecord& record) {
    log.info("request", {{"id", record.request_id},
                         {"method", record.method},
                         {"route", record.route},
                         {"status", record.status},
                         {"us", record.took.count()},
                         {"cause", record.cause}});
  };
  return options;
}

http::ServerOptions public_server_options(const HostPort& address, const Config& config, Log log) {
  http::ServerOptions options = server_options(address, std::move(log));
  options.behind_proxy = config.http_behind_proxy;
  options.max_connections = static_cast<std::size_t>(config.http_max_connections);
  return options;
}

Result<zmq::CurveKeyPair> fleet_keys(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) MF_CHECK(zmq::write_key_file(file, zmq::generate_key_pair()));
  return zmq::read_key_file(file);
}

// What the store holds at the start.
struct Stored {
  std::vector<store::AccessKeyRow> keys;
  std::vector<store::WorkerRow> workers;
  std::vector<store::TenantRow> tenants;
  std::vector<store::SubmissionCount> submissions;  // of the last hour
  std::vector<store::LiveJobRow> jobs;
  std::set<WorkerId> drained;
  std::vector<store::WebhookRow> webhooks;
  store::IntakeRow intake;
  backend::RestoredMoney money;
};

// What an earlier process had under way when it ended is unknown from now on; the rest is read as it is.
Result<backend::RestoredMoney> take_stock_of_money(store::Database& database, WallTime now) {
  store::LedgerTable ledger(database);
  MF_TRY(ledger.give_up_what_is_under_way(now, "the coordinator ended while it was under way"));
  backend::RestoredMoney money;
  money.unknown_purchases = MF_TRY(ledger.leases_of_unknown_purchases());
  money.spending = MF_TRY(ledger.spending(ledger::Budget::kKeptDays));
  return money;
}

Result<Stored> load(store::Database& database, store::JobReader& reader, WallTime now) {
  store::AccessTable access(database);
  Stored stored;
  stored.keys = MF_TRY(access.keys());
  store::WorkerTable workers(database);
  stored.workers = MF_TRY(workers.workers());
  stored.drained = MF_TRY(workers.drained_workers());
  stored.tenants = MF_TRY(store::TenantTable(database).tenants());
  using backend::HourlyCount;
  stored.submissions = MF_TRY(store::TenantTable(database).submissions(
      now - HourlyCount::kWindow - HourlyCount::kStretch, HourlyCount::kStretch));
  stored.jobs = MF_TRY(reader.live_jobs());
  stored.webhooks = MF_TRY(store::WebhookTable(database).all());
  stored.intake = MF_TRY(store::IntakeTable(database).read());
  stored.money = MF_TRY(take_stock_of_money(database, now));
  return stored;
}

// What start() has opened before the parts are wired.
struct Opened {
  DataFolder folder;
  store::Database database;
  std::vector<store::JobReader> readers;
  AudioStore audio;
  std::unique_ptr<fleet::FleetServer> fleet;
  Sha256 admin_key_sha256{};
  std::string webhook_key;
  webhooks::TargetRules webhook_rules;
  std::vector<std::string> elevenlabs_keys;
  std::string public_url;
  std::string version;
  std::shared_ptr<const elevenlabs::PromptPolicy> prompt_policy;
};

webhooks::Options webhook_options(const Config& config, const Opened& opened) {
  return {opened.webhook_rules,
          {config.webhooks_timeout, config.webhooks_ca_file, "musicfleet/" + opened.version},
          {opened.public_url, static_cast<std::size_t>(config.webhooks_parallel)}};
}

// Null where the operator has none.
std::unique_ptr<policy::PromptHook> prompt_hook(asio::io_context& loop, const Config& config, Log log) {
  if (config.music_prompt_hook.empty()) return nullptr;
  return std::make_unique<policy::PromptHook>(
      loop,
      policy::PromptHookOptions{config.music_prompt_hook, config.music_prompt_hook_timeout,
                                config.music_prompt_hook_failure == "admit"},
      std::move(log));
}

http::MusicOptions music_options(const Config& config, const Opened& opened, http::PromptJudge* judge) {
  http::MusicOptions options;
  options.models.insert(config.music_models.begin(), config.music_models.end());
  options.policy = opened.prompt_policy;
  options.judge = judge;
  options.patience = config.music_wait;
  options.worker_patience = config.music_worker_wait;
  if (config.failover.enabled) options.song_deadline = config.music_wait;
  options.max_concurrent = config.music_max_concurrent;
  options.cancel_abandoned = config.music_cancel_abandoned;
  return options;
}

Result<std::shared_ptr<const elevenlabs::PromptPolicy>> prompt_policy(const std::filesystem::path& file) {
  elevenlabs::PromptPolicy policy;
  if (!file.empty()) policy = MF_TRY(elevenlabs::PromptPolicy::read(file));
  return std::make_shared<const elevenlabs::PromptPolicy>(std::move(policy));
}

}  // namespace

struct Coordinator::Parts {
  Parts(asio::io_context& loop_, const Config& config, const LogOutput& output, Opened opened)
      : loop(loop_),
        log(output, "coordinator"),
        folder(std::move(opened.folder)),
        audio(std::move(opened.audio)),
        metrics(opened.version),
        board(loop),
        fleet(std::move(opened.fleet)),
        store(std::move(opened.database), onto_loop()),
        readers(std::move(opened.readers), onto_loop()),
        shop(
            {loop, clock, audio, files, folder.audio()}, config.failover, std::move(opened.elevenlabs_keys),
            {[this](dispatch::PurchaseEnded ended) { dispatch.apply(std::move(ended)); },
             [this](dispatch::VendorStands stands) { dispatch.apply(std::move(stands)); }},
            [this](const TenantId& tenant, bool may_cost) {
              return backend::tenant_refusal(dispatch.dispatcher(), tenant, may_cost, clock.wall_now());
            },
            output),
        dispatch({loop, clock, store, *fleet, board, tickets, metrics}, config.dispatch, opened.public_url,
                 {[this](const std::string& object) { discard(object); },
                  [this](const Error& error) {
                    failure = error;
                    loop.stop();
                  },
                  [this](const Job& job) { webhooks.on_job(job); },
                  [this](const dispatch::BuySong& wanted) { shop.buy(wanted); },
                  [this](const Lease& lease) { shop.withdraw(lease); },
                  [this](const ledger::BudgetLine& line) { shop.warned(line); }},
                 Log(output, "dispatch"), shop.failover()),
        audit(store, readers, clock),
        access(store, audit, clock, opened.admin_key_sha256),
        workers(store, *fleet, dispatch, audit, clock),
        uploads(tickets, dispatch, audio, files),
        backend({clock, store, readers, dispatch, board, access, workers, audit, uploads, audio, metrics,
                 store_health, config.max_live_jobs, [this] { return shop.metrics_text(); }}),
        retention({clock, store, readers, board, audio, files}, config.retention, Log(output, "retention")),
        housekeeping(loop, store, retention, store_health, clock, folder.database(),
                     Log(output, "housekeeping")),
        intake(audit, clock),
        judge(prompt_hook(loop, config, Log(output, "policy"))),
        public_api(backend, intake, files,
                   {.software_version = opened.version,
                    .public_url = opened.public_url,
                    .page = config.http_page,
                    .music = music_options(config, opened, judge.get()),
                    .pass_on_desk = shop.pass_on_desk(),
                    .pass_on = config.failover.services}),
        job_desk(audit, readers, board, dispatch),
        drains(audit, dispatch),
        tenants(store, audit, dispatch),
        removals(store, retention, audit, clock),
        backups(audit, housekeeping, files,
                config.backup_dir.empty() ? folder.backups() : std::filesystem::absolute(config.backup_dir)),
        money(store, readers, audit, dispatch, clock, cost_terms(config.failover)),
        webhooks({loop, clock, store, audit, onto_loop()}, SealingKey(opened.webhook_key),
                 webhook_options(config, opened),
                 {[this](std::string_view outcome) { metrics.webhook_attempted(outcome); },
                  [this](std::int64_t waiting, std::chrono::milliseconds oldest) {
                    metrics.webhook_backlog(waiting, oldest);
                  }},
                 Log(output, "webhooks")),
        overview({clock, store, dispatch, board, metrics, intake, backend}),
        admin_api({backend, access, job_desk, audit, workers, webhooks.desk(), intake, overview, drains,
                   tenants, removals, backups, money},
                  {.software_version = opened.version, .public_url = opened.public_url}) {}

  store::Deliver onto_loop() {
    return [this](std::function<void()> run) { asio::post(loop, std::move(run)); };
  }

  void discard(const std::string& object) { asio::co_spawn(loop, remove(object), asio::detached); }

  asio::awaitable<void> remove(std::string object) {
    const auto work = [&] { return audio.remove(object); };
    const Result<> removed = co_await files.compute(work);
    if (!removed) log.warn("object not removed", {{"object", object}, {"error", removed.error().message}});
  }

  asio::io_context& loop;
  Log log;
  std::optional<Error> failure;
  SystemClock clock;
  DataFolder folder;
  AudioStore audio;
  FilePool files;
  backend::Metrics metrics;
  backend::JobBoard board;
  backend::UploadTickets tickets{clock};
  std::unique_ptr<fleet::FleetServer> fleet;
  store::StoreThread store;
  store::ReaderPool readers;
  SongShop shop;
  backend::DispatchLoop dispatch;
  backend::AuditLog audit;
  backend::AccessControl access;
  backend::WorkerRoll workers;
  backend::UploadDesk uploads;
  backend::StoreHealth store_health;
  backend::CoordinatorBackend backend;
  backend::Retention retention;
  backend::Housekeeping housekeeping;
  backend::IntakeDesk intake;
  std::unique_ptr<policy::PromptHook> judge;
  http::PublicApi public_api;
  backend::JobDesk job_desk;
  backend::DrainDesk drains;
  backend::TenantDesk tenants;
  backend::RemovalDesk removals;
  backend::BackupDesk backups;
  backend::MoneyDesk money;
  webhooks::Webhooks webhooks;
  backend::OverviewDesk overview;
  http::AdminApi admin_api;
  std::unique_ptr<http::Server> http;
  std::unique_ptr<http::Server> admin;
  Endpoints endpoints;
};

Result<std::unique_ptr<Coordinator>> Coordinator::start(asio::io_context& loop, const Config& config,
                                                        const LogOutput& output, const std::string& version) {
  DataFolder folder = MF_TRY(DataFolder::open(config.data_dir));
  store::Database database =
      MF_TRY(store::Database::open(folder.database(), store::Database::Mode::kReadWrite));
  if (auto migrated = store::migrate(database, store::all_migrations()); !migrated)
    return fail(migrated.error().code, folder.database().string(), ": ", migrated.error().message);
  std::vector<store::JobReader> readers;
  readers.reserve(kReaders);
  for (int i = 0; i < kReaders; ++i) readers.push_back(MF_TRY(store::JobReader::open(folder.database())));
  Stored stored = MF_TRY(load(database, readers.front(), SystemClock().wall_now()));

  const auto key_file = config.fleet_key_file.empty() ? folder.fleet_key() : config.fleet_key_file;
  const fleet::DoorOptions fleet_door{"tcp://" + to_text(config.fleet_listen), MF_TRY(fleet_keys(key_file))};
  auto fleet = MF_TRY(fleet::FleetServer::open(loop, fleet_door, Log(output, "fleet")));
  if (config.fleet_next_listen) {
    const auto next_key =
        config.fleet_next_key_file.empty() ? folder.next_fleet_key() : config.fleet_next_key_file;
    MF_CHECK(fleet->open_door({"tcp://" + to_text(*config.fleet_next_listen), MF_TRY(fleet_keys(next_key))}));
  }
  const Sha256 admin_key_sha256 = sha256(MF_TRY(folder.admin_key()));
  std::string webhook_key = MF_TRY(folder.webhook_key());
  auto webhook_rules = MF_TRY(webhooks::TargetRules::of(config.webhooks_allow));
  auto denied = MF_TRY(prompt_policy(config.music_deny_file));
  std::vector<std::string> elevenlabs_keys = MF_TRY(read_keys(config.failover));
  AudioStore audio = MF_TRY(AudioStore::open(folder.audio()));

  auto [reservation, http_address] = MF_TRY(reserve(loop, config.http_listen));
  const std::string http_url = "http://" + to_text(http_address);
  const std::string public_url = config.http_public_url.empty() ? http_url : config.http_public_url;
  auto parts = std::make_unique<Parts>(
      loop, config, output,
      Opened{std::move(folder), std::move(database), std::move(readers), std::move(audio), std::move(fleet),
             admin_key_sha256, std::move(webhook_key), std::move(webhook_rules), std::move(elevenlabs_keys),
             public_url, version, std::move(denied)});

  parts->access.load(std::move(stored.keys));
  parts->workers.load(std::move(stored.workers));
  parts->fleet->on_hello([workers = &parts->workers](const WorkerId& worker, const std::string& key) {
    workers->key_used(worker, key);
  });
  for (const store::TenantRow& tenant : stored.tenants)
    parts->dispatch.apply(dispatch::LimitsChanged{tenant.id, tenant.limits});
  parts->backend.load(stored.submissions);
  parts->webhooks.start(stored.webhooks);
  parts->intake.load(std::move(stored.intake));
  parts->dispatch.restore(std::move(stored.jobs), std::move(stored.drained), std::move(stored.money));
  parts->shop.start();
  parts->http = MF_TRY(http::Server::listen(
      loop, parts->public_api.service(), public_server_options(http_address, config, Log(output, "http"))));
  reservation.close();
  parts->admin = MF_TRY(http::Server::listen(loop, parts->admin_api.service(),
                                             server_options(config.admin_listen, Log(output, "admin"))));
  parts->fleet->start(parts->dispatch);
  parts->housekeeping.start();
  parts->endpoints = {http_url, "http://" + to_text({config.admin_listen.host, parts->admin->port()}),
                      parts->fleet->endpoint(), parts->fleet->public_key()};
  if (const auto& doors = parts->fleet->doors(); doors.size() > 1) {
    parts->endpoints.fleet_next_endpoint = doors[1]->endpoint;
    parts->endpoints.fleet_next_public_key = doors[1]->public_key;
  }
  MF_CHECK(parts->folder.announce(parts->endpoints));
  Log(output, "coordinator")
      .info("ready", {{"http", parts->endpoints.http_url},
                      {"admin", parts->endpoints.admin_url},
                      {"fleet", parts->endpoints.fleet_endpoint},
                      {"version", version}});
  return std::unique_ptr<Coordinator>(new Coordinator(std::move(parts)));
}

Coordinator::Coordinator(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Coordinator::~Coordinator() {
  parts_->files.join();  // work on files may touch any part
  parts_->folder.withdraw();
  parts_->fleet.reset();  // before the dispatch loop, to which it speaks
}

const Endpoints& Coordinator::endpoints() const { return parts_->endpoints; }

void Coordinator::stop(const DepartureTimes& times) {
  const DepartureParts parts{parts_->loop, parts_->shop, parts_->dispatch, *parts_->http, *parts_->admin};
  asio::co_spawn(parts_->loop, depart(parts, times, parts_->log), asio::detached);
}

const std::optional<Error>& Coordinator::failure() const { return parts_->failure; }

}  // namespace musicfleet
