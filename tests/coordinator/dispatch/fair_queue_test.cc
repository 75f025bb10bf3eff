#include "coordinator/dispatch/fair_queue.h"

#include "common/backoff.h"
#include "tests/coordinator/dispatch/scene.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace musicfleet::dispatch {
namespace {

using namespace std::chrono_literals;

const std::vector<std::string> kAny{""};

Job job_of(const std::string& id, const std::string& tenant, Milliseconds song = 30s, int priority = 0,
           Milliseconds created = 0s) {
  Job job;
  job.id = JobId{id};
  job.tenant = TenantId{tenant};
  job.spec.duration = song;
  job.priority = priority;
  job.created_at = WallTime(created);
  return job;
}

// Seconds of song that each tenant got out of `rounds` turns, while all of them always have jobs.
std::map<std::string, double> shares(const std::map<std::string, int>& weights, int rounds) {
  FairQueue queue(2min);
  std::map<JobId, Job> jobs;
  std::uint64_t random = 7;
  int made = 0;
  const auto submit = [&](const std::string& tenant) {
    const Milliseconds song{3'000 + static_cast<std::int64_t>(next_random(random) % 597'000)};
    const Job job = job_of(concat("j", ++made), tenant, song, static_cast<int>(next_random(random) % 21) - 10,
                           Milliseconds{made});
    jobs[job.id] = job;
    queue.add(job);
  };
  for (const auto& [tenant, weight] : weights) {
    TenantLimits limits;
    limits.weight = weight;
    queue.set_limits(TenantId{tenant}, limits);
    for (int i = 0; i < 5; ++i) submit(tenant);
  }
  std::map<std::string, double> served;
  double all = 0;
  for (int i = 0; i < rounds; ++i) {
    const Job job = jobs.at(*queue.next(kAny));
    submit(job.tenant.value);
    queue.take(job);
    served[job.tenant.value] += std::chrono::duration<double>(job.spec.duration).count();
    all += std::chrono::duration<double>(job.spec.duration).count();
  }
  for (auto& [tenant, seconds] : served) seconds /= all;
  return served;
}

TEST(FairShares, OfSongTimeGoByWeightOverThousandsOfJobs) {
  const auto got = shares({{"one", 1}, {"two", 2}, {"five", 5}}, 8'000);
  EXPECT_NEAR(got.at("one"), 1.0 / 8, 0.005);
  EXPECT_NEAR(got.at("two"), 2.0 / 8, 0.01);
  EXPECT_NEAR(got.at("five"), 5.0 / 8, 0.01);
}

TEST(FairShares, OfEqualTenantsAreEqualHoweverManyTheyAre) {
  std::map<std::string, int> weights;
  for (int i = 0; i < 40; ++i) weights[concat("t", i)] = 1;
  for (const auto& [tenant, share] : shares(weights, 8'000)) EXPECT_NEAR(share, 1.0 / 40, 0.002) << tenant;
}

TEST(FairShares, AFloodOfOneTenantDoesNotKeepAnotherWaiting) {
  FairQueue queue(2min);
  for (int i = 0; i < 5'000; ++i) queue.add(job_of(concat("flood", i), "loud", 30s, 10, Milliseconds{i}));
  const Job late = job_of("late", "quiet", 30s, -10, 1h);
  queue.add(late);
  int before = 0;
  for (; before < 100 && queue.next(kAny) != late.id; ++before)
    queue.take(job_of(queue.next(kAny)->value, "loud", 30s, 10,
                      Milliseconds{std::stoi(queue.next(kAny)->value.substr(5))}));
  EXPECT_LE(before, 1);
}

TEST(FairShares, WhoeverHadNothingToAskForHasSavedNothingUp) {
  FairQueue queue(2min);
  const Job lone = job_of("lone", "a", 3s);
  for (int i = 0; i < 1'000; ++i) {
    queue.add(lone);
    ASSERT_EQ(queue.next(kAny), lone.id);
    queue.take(lone);
  }
  std::map<JobId, Job> jobs;
  for (int i = 0; i < 40; ++i)
    for (const char* tenant : {"a", "b"}) {
      const Job job = job_of(concat(tenant, i), tenant);
      queue.add(jobs[job.id] = job);
    }
  int of_a = 0;
  for (int i = 0; i < 20; ++i) {
    const Job job = jobs.at(*queue.next(kAny));
    queue.take(job);
    of_a += job.tenant.value == "a";
  }
  EXPECT_NEAR(of_a, 10, 1);
}

TEST(QueueOrder, WhatComesBeforeAJobIsCountedUntilItIsEnough) {
  FairQueue queue(2min);
  for (int i = 0; i < 10; ++i) queue.add(job_of(concat("j", i), "a", 30s, 0, Milliseconds{i}));
  queue.add(job_of("another tenant's", "b", 30s));
  const Job last = job_of("last", "a", 30s, 0, 10ms);
  EXPECT_EQ(queue.cost_before(last, 1h), 300s);
  EXPECT_EQ(queue.cost_before(last, 100s), 120s);
  EXPECT_EQ(queue.cost_before(job_of("j0", "a"), 1h), 0s);
  EXPECT_EQ(queue.cost_before(job_of("first", "c"), 1h), 0s);
}

TEST(QueueOrder, IsATotalOrderOfPriorityAgeAndId) {
  const FairQueue queue(2min);
  std::vector<Job> jobs;
  jobs.reserve(60);
  std::uint64_t random = 3;
  for (int i = 0; i < 60; ++i)
    jobs.push_back(job_of(concat("j", i), "t", 30s, static_cast<int>(next_random(random) % 5),
                          Milliseconds{static_cast<std::int64_t>(next_random(random) % 4) * 120'000}));
  for (const Job& a : jobs)
    for (const Job& b : jobs) {
      ASSERT_EQ(queue.rank(a) == queue.rank(b), a.id == b.id);
      ASSERT_EQ(queue.rank(a) < queue.rank(b), !(queue.rank(b) < queue.rank(a)) && a.id != b.id);
      for (const Job& c : jobs)
        if (queue.rank(a) < queue.rank(b) && queue.rank(b) < queue.rank(c)) {
          ASSERT_LT(queue.rank(a), queue.rank(c));
        }
    }
}

TEST(Ageing, AStepOfPriorityIsWorthItsWaitAndNoMore) {
  const FairQueue queue(2min);
  const Job patient = job_of("patient", "t", 30s, 0, 0s);
  EXPECT_LT(queue.rank(job_of("soon", "t", 30s, 1, 119s)), queue.rank(patient));
  EXPECT_LT(queue.rank(patient), queue.rank(job_of("late", "t", 30s, 1, 121s)));
}

TEST(Ageing, EndsTheStarvationOfTheLowestPriorityUnderALoadOfTheHighest) {
  Scene scene;
  scene.hello("w");
  scene.submit("first", 10);
  const JobId low = scene.submit("low", -10);
  JobId running{"first"};
  int urgent = 0;
  for (; urgent < 400 && scene.job(low).state == JobState::kQueued; ++urgent) {
    scene.submit(concat("urgent", urgent), 10);
    scene.pass(10s);
    scene.beat("w", {denoising(scene.lease(running), urgent, 1'000)});
    scene.upload(scene.lease(running));
    for (int i = 0; i <= urgent; ++i)
      if (scene.job(JobId{concat("urgent", i)}).state == JobState::kLeased)
        running = JobId{concat("urgent", i)};
  }
  // Twenty steps of two minutes, in turns of ten seconds.
  EXPECT_EQ(scene.job(low).state, JobState::kLeased);
  EXPECT_NEAR(urgent, 240, 5);
}

TEST(Limits, OfRunningJobsHoldATenantBackAndNobodyElse) {
  Scene scene;
  TenantLimits limits;
  limits.max_running = 1;
  scene.apply(LimitsChanged{TenantId{""}, limits});
  scene.hello("w", 4);
  const JobId first = scene.submit("first"), second = scene.submit("second");
  EXPECT_EQ(scene.job(second).state, JobState::kQueued);
  EXPECT_EQ(scene.history.back().kind, "waiting");
  EXPECT_NE(scene.history.back().detail_json.find("the tenant's limit of running jobs"), std::string::npos);
  Job other = job_of("other", "other");
  other.created_at = scene.now.wall;
  scene.apply(Submitted{other});
  EXPECT_TRUE(scene.dispatcher->is_current({other.id, 1}));
  scene.upload(scene.lease(first));
  EXPECT_EQ(scene.job(second).state, JobState::kLeased);
}

TEST(ExpectedTurn, GoesByMeasuredSpeedAndTheTenantsShare) {
  Scene scene;
  const TenantId own{""}, other{"other"};
  EXPECT_EQ(scene.dispatcher->expected_turn(own), 1h) << "nobody is there";
  scene.hello("w");
  EXPECT_EQ(scene.dispatcher->expected_turn(own), 30s) << "a song of 30 s at a speed that nobody knows yet";
  const JobId first = scene.submit("first");
  JobAudio audio;
  audio.duration = 30s;
  audio.generate_time = 5s;
  scene.apply(UploadVerified{scene.lease(first), audio, {}});
  EXPECT_EQ(scene.dispatcher->expected_turn(own), 5s);
  scene.submit("running");
  TenantLimits limits;
  limits.weight = 3;
  scene.apply(LimitsChanged{other, limits});
  Job theirs = job_of("theirs", "other");
  theirs.created_at = scene.now.wall;
  scene.apply(Submitted{theirs});
  EXPECT_EQ(scene.dispatcher->expected_turn(own), 20s) << "a quarter is left";
  EXPECT_EQ(scene.dispatcher->expected_turn(other), 5s) << "nobody else waits";
}

TEST(Limits, ThatAreLiftedLetTheJobsGoAtOnce) {
  Scene scene;
  TenantLimits limits;
  limits.max_running = 0;
  scene.apply(LimitsChanged{TenantId{""}, limits});
  scene.hello("w");
  const JobId job = scene.submit("j");
  ASSERT_EQ(scene.job(job).state, JobState::kQueued);
  scene.apply(LimitsChanged{TenantId{""}, {}});
  EXPECT_EQ(scene.job(job).state, JobState::kLeased);
}

}  // namespace
}  // namespace musicfleet::dispatch
