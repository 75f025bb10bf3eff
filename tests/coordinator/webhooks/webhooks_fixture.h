// Webhooks over a real store and a loop, with the clock in the test's hand. restart() is what a new process
// would find.
#pragma once

#include "coordinator/store/migrations.h"
#include "coordinator/webhooks/webhooks.h"
#include "tests/coordinator/webhooks/receiver.h"
#include "tests/support/fake_clock.h"
#include "tests/support/log_capture.h"
#include "tests/support/loop_runner.h"
#include "tests/support/temporary_folder.h"

#include <boost/asio/co_spawn.hpp>
#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>

namespace musicfleet::webhooks {

class WebhooksTest : public ::testing::Test {
 protected:
  // A process: its store's thread and its webhooks.
  struct Process {
    Process(WebhooksTest& test, const std::string& key);
    store::StoreThread store;
    store::ReaderPool readers;
    backend::AuditLog audit;
    Webhooks webhooks;
  };

  ~WebhooksTest() override;

  // Ends the process as a crash would, as far as the outbox can tell; restart() starts another one.
  void restart(const std::string& key = "key");
  void crash();

  bool run_until(const std::function<bool()>& done) { return musicfleet::testing::run_until(*loop, done); }
  // Until the outcomes of so many attempts are stored.
  void run_until_tried(std::size_t attempts) {
    ASSERT_TRUE(run_until([&] { return outcomes.size() >= attempts; })) << log.str();
  }
  template <class T>
  T await(boost::asio::awaitable<T> call) {
    std::optional<T> result;
    boost::asio::co_spawn(*loop, std::move(call), [&](std::exception_ptr thrown, T value) {
      if (thrown) std::rethrow_exception(thrown);
      result.emplace(std::move(value));
    });
    EXPECT_TRUE(run_until([&] { return result.has_value(); }));
    if (!result) throw std::runtime_error("the call did not complete");
    return *std::move(result);
  }
  // "actor action target detail" of every record, oldest first.
  std::vector<std::string> audited();
  http::WebhookDesk& desk() { return process->webhooks.desk(); }

  http::WebhookWithSecret add(const std::string& url,
                              std::vector<std::string> events = {"job.succeeded", "job.failed"});
  // A job of the default tenant, taken to its end and committed; the process hears of it unless it is not to.
  JobId finish_a_job(JobState state = JobState::kSucceeded, bool tell = true);
  Webhook webhook(const WebhookId& id) { return await(desk().webhook(id)).value(); }
  std::vector<WebhookDelivery> deliveries(const WebhookId& id) {
    return await(desk().deliveries(id, {})).value().deliveries;
  }
  WebhookDelivery newest_delivery(const WebhookId& id) { return deliveries(id).at(0); }

  const http::Operator by{"ann"};
  musicfleet::testing::TemporaryFolder folder;
  musicfleet::testing::FakeClock clock;
  musicfleet::testing::LogCapture log;
  std::optional<boost::asio::io_context> loop{std::in_place};
  std::vector<std::string> allow;     // webhooks.allow of the next process
  TransferOptions transfer;           // of the next process
  std::vector<std::string> outcomes;  // of attempts
  std::int64_t waiting = -1;          // as last looked at
  std::optional<Process> process;

 private:
  int jobs_ = 0;
};

}  // namespace musicfleet::webhooks
