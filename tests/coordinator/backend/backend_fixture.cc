#include "tests/coordinator/backend/backend_fixture.h"

#include <boost/asio/post.hpp>

namespace musicfleet::backend {
namespace {

store::Database open_database(const std::filesystem::path& file) {
  store::Database database = store::Database::open(file, store::Database::Mode::kReadWrite).value();
  EXPECT_TRUE(store::migrate(database, store::all_migrations()));
  return database;
}

std::vector<store::JobReader> open_readers(const std::filesystem::path& file) {
  std::vector<store::JobReader> readers;
  readers.push_back(store::JobReader::open(file).value());
  return readers;
}

// What is delivered after the end of its process reaches nobody, as in a process of its own.
store::Deliver onto(boost::asio::io_context& loop, const std::shared_ptr<bool>& alive) {
  return [&loop, weak = std::weak_ptr(alive)](std::function<void()> run) {
    boost::asio::post(loop, [weak, run = std::move(run)] {
      if (!weak.expired()) run();
    });
  };
}

}  // namespace

Result<> RecordingPort::send(const WorkerId& worker, const to_worker::Message& message) {
  if (unreachable.count(worker)) return fail(ErrorCode::kUnavailable, "not connected");
  if (on_send) on_send(worker, message);
  sent.emplace_back(worker, message);
  return {};
}

Process::Process(boost::asio::io_context& loop, const std::filesystem::path& folder, RecordingPort& port,
                 const dispatch::Settings& settings, int max_live_jobs)
    : audio(AudioStore::open(folder / "audio").value()),
      board(loop),
      store(open_database(folder / "musicfleet.db"), onto(loop, alive)),
      readers(open_readers(folder / "musicfleet.db"), onto(loop, alive)),
      dispatch({loop, clock, store, port, board, tickets, metrics}, settings, "http://here",
               {[this](const std::string& object) { discarded.push_back(object); },
                [this](const Error& error) { gave_up = error; }},
               Log(log_output, "dispatch")),
      audit(store, readers, clock),
      access(store, audit, clock, sha256("admin secret")),
      workers(store, port, dispatch, audit, clock),
      uploads(tickets, dispatch, audio, files),
      backend({clock, store, readers, dispatch, board, access, workers, audit, uploads, audio, metrics,
               store_health, max_live_jobs}) {
  store::Database database = open_database(folder / "musicfleet.db");
  access.load(store::AccessTable(database).keys().value());
  store::WorkerTable table(database);
  workers.load(table.workers().value());
  backend.load(
      store::TenantTable(database)
          .submissions(clock.wall_now() - HourlyCount::kWindow - HourlyCount::kStretch, HourlyCount::kStretch)
          .value());
  dispatch.restore(store::JobReader::open(folder / "musicfleet.db").value().live_jobs().value(),
                   table.drained_workers().value());
}

BackendTest::BackendTest() { restart(); }

void BackendTest::restart() {
  process.reset();
  loop.restart();
  loop.poll();
  port.sent.clear();
  process.emplace(loop, folder.path(), port, settings, max_live_jobs);
}

Job BackendTest::submit(std::function<void(http::Submission&)> change) {
  http::Submission submission;
  submission.spec.prompt = "dark trap";
  if (change) change(submission);
  const auto reply = await(process->backend.submit(who, submission));
  EXPECT_TRUE(reply) << (reply ? "" : reply.error().message);
  return reply ? reply->job : Job{};
}

void BackendTest::hello(const std::string& worker, std::vector<RunningJob> running) {
  to_coordinator::Hello hello;
  hello.protocol_version = hello.min_protocol_version = 1;
  hello.models = {{"turbo", "ace_v15", "turbo"}};
  hello.running = std::move(running);
  say(worker, hello);
}

void BackendTest::say(const std::string& worker, to_coordinator::Message message) {
  process->dispatch.on_message(WorkerId{worker}, std::move(message));
}

Job BackendTest::stored(const JobId& id) {
  return store::JobReader::open(folder / "musicfleet.db").value().job(id).value();
}

}  // namespace musicfleet::backend
