#include "coordinator/backend/drain_desk.h"

#include "tests/coordinator/backend/backend_fixture.h"

#include <gmock/gmock.h>

namespace musicfleet::backend {
namespace {

class DrainDeskTest : public BackendTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(await(process->backend.add_worker(anna, WorkerId{"gpu-1"}, {std::string(40, 'a')})));
  }
  // A worker of the newest protocol says hello.
  void hello_of_today() {
    to_coordinator::Hello hello;
    hello.protocol_version = 2;
    hello.min_protocol_version = 1;
    hello.models = {{"turbo", "ace_v15", "turbo"}};
    say("gpu-1", hello);
    sent<to_worker::Welcome>("gpu-1");
  }
  const http::Operator anna{"anna"};
  DrainDesk desk() { return {process->audit, process->dispatch}; }
};

TEST_F(DrainDeskTest, ADrainedWorkerStaysSoOverARestartUntilItIsResumed) {
  hello_of_today();
  ASSERT_TRUE(await(desk().drain(anna, WorkerId{"gpu-1"})));
  sent<to_worker::Drain>("gpu-1");

  restart();
  hello_of_today();
  sent<to_worker::Drain>("gpu-1");
  const Job job = submit();
  say("gpu-1", to_coordinator::Heartbeat{{}, true});
  EXPECT_EQ(port.last<to_worker::Assign>("gpu-1"), nullptr);
  EXPECT_EQ(stored(job.id).state, JobState::kQueued);

  ASSERT_TRUE(await(desk().resume(anna, WorkerId{"gpu-1"})));
  sent<to_worker::Resume>("gpu-1");
  say("gpu-1", to_coordinator::Heartbeat{{}, false});
  EXPECT_EQ(sent<to_worker::Assign>("gpu-1").lease.job, job.id);

  restart();
  hello_of_today();
  EXPECT_EQ(port.last<to_worker::Drain>("gpu-1"), nullptr);
  const auto log = await(process->audit.audit_entries({}));
  ASSERT_TRUE(log);
  std::vector<std::string> actions;
  for (const auto& entry : log->entries) actions.push_back(entry.action);
  EXPECT_THAT(actions, ::testing::IsSupersetOf({"worker.drain", "worker.resume"}));
}

TEST_F(DrainDeskTest, AWorkerThatWasNeverAddedCannotBeDrained) {
  EXPECT_EQ(await(desk().drain(anna, WorkerId{"gpu-9"})).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(process->dispatch.dispatcher().drained().empty());
}

}  // namespace
}  // namespace musicfleet::backend
