// What matching costs: the jobs that an event makes it look at, counted. Jobs that nobody can take now must
// not be looked at again with every event.
#include "tests/coordinator/dispatch/scene.h"

#include <gtest/gtest.h>

namespace musicfleet::dispatch {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kWaiting = 300;

class Matching : public ::testing::Test {
 protected:
  explicit Matching(Settings settings = {}) : scene(std::move(settings)) {}

  void hello(const std::string& worker, std::vector<FleetModel> models, std::uint64_t memory_free = 0) {
    to_coordinator::Hello hello;
    hello.protocol_version = 2;
    hello.software_version = "1.0";
    hello.models = std::move(models);
    hello.memory_free_bytes = memory_free;
    scene.say(worker, hello);
  }

  // Three songs of the model fail on the worker, which rests then.
  void wear_out(const std::string& worker, const std::string& model) {
    for (int i = 0; i < 3; ++i) {
      const JobId job = scene.submit(concat("poison-", model, i), 10, model);
      ASSERT_EQ(scene.job(job).worker, WorkerId{worker});
      scene.fail(worker, scene.lease(job), ErrorCode::kInternal);
      scene.apply(CancelRequested{job});
    }
  }

  // Jobs looked at since the last call.
  std::uint64_t looked_at() {
    const std::uint64_t all = scene.dispatcher->jobs_looked_at();
    return all - std::exchange(before_, all);
  }

  void submit_many(const std::string& prefix) {
    for (std::uint64_t i = 0; i < kWaiting; ++i) scene.submit(concat(prefix, i));
  }

  Scene scene;

 private:
  std::uint64_t before_ = 0;
};

TEST_F(Matching, AWorkerThatRestsDoesNotMakeItLookAtTheJobsThatWait) {
  hello("w", {{"turbo", "ace_v15", "turbo"}});
  wear_out("w", "turbo");
  looked_at();
  submit_many("j");
  for (int i = 0; i < 100; ++i) scene.beat("w", {}, i % 2 == 0);
  scene.beat("w", {});
  EXPECT_EQ(looked_at(), 0u);
  for (int i = 0; i < 36; ++i) {
    scene.pass(5s);
    scene.beat("w", {});
  }
  EXPECT_EQ(looked_at(), 1u) << "and once it has rested, at the one that it is given";
}

class MatchingWithAMinimum : public Matching {
 protected:
  MatchingWithAMinimum()
      : Matching([] {
          Settings settings;
          settings.min_worker_version = "2.0";
          return settings;
        }()) {}
};

TEST_F(MatchingWithAMinimum, AWorkerThatIsTooOldDoesNotEither) {
  hello("old", {{"turbo", "ace_v15", "turbo"}});
  submit_many("j");
  for (int i = 0; i < 100; ++i) scene.beat("old", {}, i % 2 == 0);
  EXPECT_EQ(looked_at(), 0u);
}

TEST_F(Matching, AJobThatNobodyCanTakeIsLookedAtOnceUntilAWorkerChanges) {
  FleetModel model{"turbo", "ace_v15", "turbo"};
  model.memory_bytes_per_second = 1'000;
  hello("small", {model}, 1'000);
  submit_many("long");
  EXPECT_EQ(looked_at(), kWaiting) << "each when it comes";
  for (int i = 0; i < 100; ++i) {
    scene.say("small", to_coordinator::Heartbeat{{}, false, 1'000});
    scene.pass(1s);
  }
  EXPECT_EQ(looked_at(), 0u);
  scene.say("small", to_coordinator::Heartbeat{{}, false, 1'000'000});
  EXPECT_EQ(looked_at(), 1u);
  EXPECT_EQ(scene.job(JobId{"long0"}).state, JobState::kLeased);
}

TEST_F(Matching, EachModelThatHasRestedIsTriedAtItsOwnTime) {
  hello("w", {{"early", "ace_v15", "turbo"}, {"late", "ace_v15", "turbo"}});
  wear_out("w", "early");
  for (int i = 0; i < 4; ++i) {
    scene.pass(5s);
    scene.beat("w", {});
  }
  wear_out("w", "late");
  const JobId early = scene.submit("j-early", 0, "early"), late = scene.submit("j-late", 0, "late");
  std::map<JobId, int> waited;
  for (int second = 0; second < 240; ++second) {
    scene.pass(1s);
    scene.beat("w", {});
    for (const JobId& job : {early, late})
      if (scene.job(job).state == JobState::kQueued) ++waited[job];
    if (scene.job(early).state == JobState::kLeased) scene.upload(scene.lease(early));
  }
  EXPECT_NEAR(waited[late] - waited[early], 20, 1);
  EXPECT_NEAR(waited[late], 175, 2);
}

}  // namespace
}  // namespace musicfleet::dispatch
