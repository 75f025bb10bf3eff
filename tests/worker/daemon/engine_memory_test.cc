// A worker whose engine runs out of memory: libtorch's allocator really fails, on the GPU thread of a real
// daemon.

#include "tests/support/daemon_bench.h"
#include "tests/support/metered_allocator.h"
#include "tests/support/tiny_model.h"
#include "worker/ace_v15/engine.h"

#include <gtest/gtest.h>

namespace musicfleet::daemon {
namespace {

class WorkerOutOfMemory : public testing::DaemonBench {
 protected:
  void start() {
    ASSERT_TRUE(model_.written());
    start_daemon([path = model_.path()] { return ace_v15::make_engine({.checkpoint = path, .threads = 1}); });
    welcome_daemon();
  }
  testing::TinyModel model_;
  testing::MeteredAllocator meter_;
};

TEST_F(WorkerOutOfMemory, FailsThatJobAsOutOfMemoryAndServesTheNextWithTheSongItWouldHaveMade) {
  start();
  const Lease before = assign("job_1", "lo-fi");
  publish(before);

  meter_.set_limit(meter_.live() + 100'000);
  const Lease lost = assign("job_2", "lo-fi");
  EXPECT_EQ(next_of<to_coordinator::Failed>(lost).error.code, ErrorCode::kOutOfMemory);
  EXPECT_GE(meter_.refusals(), 1);

  meter_.lift_limit();
  const Lease after = assign("job_3", "lo-fi");
  publish(after);
  EXPECT_FALSE(stored(before).empty());
  EXPECT_EQ(stored(after), stored(before));
}

}  // namespace
}  // namespace musicfleet::daemon
