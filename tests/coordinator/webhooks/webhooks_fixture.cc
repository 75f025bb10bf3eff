#include "tests/coordinator/webhooks/webhooks_fixture.h"

namespace musicfleet::webhooks {
namespace {

store::Database open_database(const std::filesystem::path& file) {
  store::Database database = store::Database::open(file, store::Database::Mode::kReadWrite).value();
  EXPECT_TRUE(store::migrate(database, store::all_migrations()));
  return database;
}

std::vector<store::JobReader> readers_of(const std::filesystem::path& file) {
  std::vector<store::JobReader> readers;
  readers.push_back(store::JobReader::open(file).value());
  return readers;
}

store::Deliver onto(boost::asio::io_context& loop) {
  return [&loop](std::function<void()> run) { boost::asio::post(loop, std::move(run)); };
}

}  // namespace

WebhooksTest::Process::Process(WebhooksTest& test, const std::string& key)
    : store(open_database(test.folder / "m.db"), onto(*test.loop)),
      readers(readers_of(test.folder / "m.db"), onto(*test.loop)),
      audit(store, readers, test.clock),
      webhooks({*test.loop, test.clock, store, audit, onto(*test.loop)}, SealingKey(key),
               {TargetRules::of(test.allow).value(), test.transfer, {"https://music.example", 4}},
               {[&test](std::string_view outcome) { test.outcomes.emplace_back(outcome); },
                [&test](std::int64_t now, std::chrono::milliseconds) { test.waiting = now; }},
               Log(LogOutput(LogLevel::kDebug, test.log), "webhooks")) {
  store::Database database = open_database(test.folder / "m.db");
  webhooks.start(store::WebhookTable(database).all().value());
}

WebhooksTest::~WebhooksTest() { crash(); }

void WebhooksTest::crash() {
  process.reset();
  loop.emplace();  // what the process had still to hear dies with it
}

void WebhooksTest::restart(const std::string& key) {
  crash();
  process.emplace(*this, key);
}

http::WebhookWithSecret WebhooksTest::add(const std::string& url, std::vector<std::string> events) {
  http::NewWebhook wanted;
  wanted.tenant = TenantId{"default"};
  wanted.url = url;
  wanted.events = std::move(events);
  auto made = await(desk().add_webhook(by, std::move(wanted)));
  EXPECT_TRUE(made) << (made ? "" : made.error().message);
  return made ? *made : http::WebhookWithSecret{};
}

std::vector<std::string> WebhooksTest::audited() {
  std::vector<std::string> records;
  const http::AuditEntries page = await(process->audit.audit_entries({})).value();
  for (const http::AuditEntry& entry : page.entries)
    records.insert(records.begin(),
                   concat(entry.actor, ' ', entry.action, ' ', entry.target, ' ', entry.detail_json));
  return records;
}

JobId WebhooksTest::finish_a_job(JobState state, bool tell) {
  Job job;
  job.id = JobId{concat("job_", ++jobs_)};
  job.tenant = TenantId{"default"};
  job.spec.prompt = "a secret prompt";
  job.spec.lyrics = "secret lyrics";
  job.metadata_json = R"({"order":4711})";
  job.created_at = job.updated_at = clock.wall_now();
  Job leased = job;
  leased.state = JobState::kLeased;
  leased.epoch = 1;
  leased.attempts = 1;
  leased.worker = WorkerId{"w"};
  leased.started_at = job.created_at;
  Job ended = leased;
  ended.state = state;
  ended.finished_at = job.created_at;
  if (state == JobState::kSucceeded) ended.audio = JobAudio{};
  if (state == JobState::kFailed) ended.error = Error{ErrorCode::kInternal, "it broke"};
  std::optional<Result<>> committed;
  process->store.post<void>(
      [job, leased, ended](store::Writer& writer) -> Result<> {
        MF_TRY(writer.jobs.insert(job, std::nullopt));
        return writer.jobs.apply({JobUpdated{leased}, JobUpdated{ended}});
      },
      [&](Result<> result) { committed = std::move(result); });
  EXPECT_TRUE(run_until([&] { return committed.has_value(); }));
  EXPECT_TRUE(*committed) << (*committed ? "" : committed->error().message);
  if (tell) process->webhooks.on_job(ended);
  return job.id;
}

}  // namespace musicfleet::webhooks
