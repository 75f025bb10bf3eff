// A whole coordinator but for its sockets: real store, dispatcher, audio folder and loop, and a fleet port
// that only writes down what it is told. restart() is what a new process would find.
#pragma once

#include "common/random.h"
#include "common/sha256.h"
#include "coordinator/backend/coordinator_backend.h"
#include "coordinator/store/migrations.h"
#include "tests/support/loop_runner.h"
#include "tests/support/temporary_folder.h"

#include <boost/asio/co_spawn.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <sstream>
#include <stdexcept>

namespace musicfleet::backend {

class RecordingPort final : public fleet::FleetPort {
 public:
  Result<> send(const WorkerId& worker, const to_worker::Message& message) override;
  void admit(const WorkerId& worker, std::vector<fleet::AllowedKey> keys) override {
    if (keys.empty())
      allowed.erase(worker);
    else
      allowed.insert(worker);
    admitted[worker] = std::move(keys);
  }
  std::optional<std::string> key_of(const WorkerId&) const override { return key_in_use; }
  void revoke(const WorkerId& worker) override { allowed.erase(worker); }

  template <class Message>
  const Message* last(const std::string& worker) const {
    const Message* found = nullptr;
    for (const auto& [to, message] : sent)
      if (to.value == worker)
        if (const auto* one = std::get_if<Message>(&message)) found = one;
    return found;
  }

  std::vector<std::pair<WorkerId, to_worker::Message>> sent;
  std::function<void(const WorkerId&, const to_worker::Message&)> on_send;
  std::set<WorkerId> allowed;
  std::map<WorkerId, std::vector<fleet::AllowedKey>> admitted;  // as last told
  std::optional<std::string> key_in_use;
  std::set<WorkerId> unreachable;
};

// One run of the coordinator's process over the folder.
struct Process {
  Process(boost::asio::io_context& loop, const std::filesystem::path& folder, RecordingPort& port,
          const dispatch::Settings& settings, int max_live_jobs);

  std::shared_ptr<bool> alive = std::make_shared<bool>(true);
  SystemClock clock;
  std::optional<Error> gave_up;
  std::vector<std::string> discarded;
  std::ostringstream log_text;
  LogOutput log_output{LogLevel::kWarn, log_text};
  AudioStore audio;
  FilePool files{1};
  Metrics metrics{"1.2.3"};
  JobBoard board;
  UploadTickets tickets{clock};
  store::StoreThread store;
  store::ReaderPool readers;
  DispatchLoop dispatch;
  AuditLog audit;
  AccessControl access;
  WorkerRoll workers;
  UploadDesk uploads;
  StoreHealth store_health;
  CoordinatorBackend backend;
};

class BackendTest : public ::testing::Test {
 protected:
  BackendTest();

  void restart();
  bool run_until(const std::function<bool()>& done) { return musicfleet::testing::run_until(loop, done); }

  // Runs the loop until the call has completed.
  template <class T>
  T await(boost::asio::awaitable<T> call) {
    std::optional<T> result;
    boost::asio::co_spawn(loop, std::move(call), [&](std::exception_ptr thrown, T value) {
      if (thrown) std::rethrow_exception(thrown);
      result.emplace(std::move(value));
    });
    EXPECT_TRUE(run_until([&] { return result.has_value(); }));
    if (!result) throw std::runtime_error("the call did not complete");
    return *std::move(result);
  }
  // Runs the loop until a message of this kind has been sent to the worker since `clear()`.
  template <class Message>
  Message sent(const std::string& worker) {
    EXPECT_TRUE(run_until([&] { return port.last<Message>(worker) != nullptr; }));
    const Message* found = port.last<Message>(worker);
    return found ? *found : Message{};  // which fails what the test expects of it
  }

  Job submit(std::function<void(http::Submission&)> change = {});
  void hello(const std::string& worker, std::vector<RunningJob> running = {});
  void say(const std::string& worker, to_coordinator::Message message);
  // What the database says, through a connection of its own.
  Job stored(const JobId& id);

  musicfleet::testing::TemporaryFolder folder;
  dispatch::Settings settings;
  int max_live_jobs = 10'000;
  boost::asio::io_context loop;
  RecordingPort port;
  std::optional<Process> process;
  http::Operator by{"anna"};
  http::Principal who{TenantId{"default"}, KeyId{"k"}};
};

}  // namespace musicfleet::backend
