#include "coordinator/dispatch/eligibility.h"

#include <gtest/gtest.h>

#include <functional>

namespace musicfleet::dispatch {
namespace {

using namespace std::chrono_literals;

struct Case {
  const char* what;
  std::function<void(Job&, FleetMember&, Candidate&)> change;
  std::optional<Obstacle> obstacle;
  std::int64_t needed = 0;
  std::int64_t there = 0;
};

// A worker that could take the job: one model, 2 GB free, room for 60 s.
struct Meeting {
  Meeting() {
    worker.name = WorkerId{"w"};
    worker.software_version = "1.4.2";
    worker.models = {{"turbo", "ace_v15", "turbo", true, 1'000, 10}};
    worker.memory_free_bytes = 2'000;
    candidate.worker = &worker;
    job.spec.duration = 60s;
  }
  Job job;
  FleetMember worker;
  Candidate candidate;
};

const Case kCases[] = {
    {"nothing", [](Job&, FleetMember&, Candidate&) {}, std::nullopt},
    {"its model by name", [](Job& j, FleetMember&, Candidate&) { j.spec.model = "turbo"; }, std::nullopt},
    {"a model that it lacks", [](Job& j, FleetMember&, Candidate&) { j.spec.model = "xl"; },
     Obstacle::kModelMissing},
    {"no models", [](Job&, FleetMember& w, Candidate&) { w.models.clear(); }, Obstacle::kModelMissing},
    {"a model that is only on its disk", [](Job&, FleetMember& w, Candidate&) { w.models[0].loaded = false; },
     std::nullopt},
    {"draining", [](Job&, FleetMember& w, Candidate&) { w.draining = true; }, Obstacle::kDraining},
    {"a song that just fits", [](Job& j, FleetMember&, Candidate&) { j.spec.duration = 100s; }, std::nullopt},
    {"a song that does not fit", [](Job& j, FleetMember&, Candidate&) { j.spec.duration = 100'001ms; },
     Obstacle::kMemory, 2'001, 2'000},
    {"a worker that does not tell its memory",
     [](Job& j, FleetMember& w, Candidate&) {
       j.spec.duration = 600s;
       w.memory_free_bytes = 0;
     },
     std::nullopt},
    {"a model that does not tell its need",
     [](Job& j, FleetMember& w, Candidate&) {
       j.spec.duration = 600s;
       w.models[0].memory_fixed_bytes = w.models[0].memory_bytes_per_second = 0;
     },
     std::nullopt},
    {"the version that is asked for", [](Job&, FleetMember&, Candidate& c) { c.minimum_version = "1.4.2"; },
     std::nullopt},
    {"an older version", [](Job&, FleetMember&, Candidate& c) { c.minimum_version = "1.10"; },
     Obstacle::kTooOld},
    {"a rest after failures", [](Job&, FleetMember&, Candidate& c) { c.resting = true; }, Obstacle::kResting},
    {"a full worker", [](Job&, FleetMember&, Candidate& c) { c.busy = 1; }, Obstacle::kNoFreeSlot, 1, 1},
    {"a second slot",
     [](Job&, FleetMember& w, Candidate& c) {
       w.slots = 2;
       c.busy = 1;
     },
     std::nullopt},
    {"a lack for good before one for now",
     [](Job& j, FleetMember&, Candidate& c) {
       j.spec.model = "xl";
       c.busy = 1;
     },
     Obstacle::kModelMissing},
};

TEST(Eligible, IsDecidedByEachOfTheFactsAlone) {
  for (const Case& one : kCases) {
    Meeting meeting;
    one.change(meeting.job, meeting.worker, meeting.candidate);
    const auto refusal = eligible(meeting.job, meeting.candidate);
    ASSERT_EQ(refusal.has_value(), one.obstacle.has_value()) << one.what;
    if (!refusal) continue;
    EXPECT_EQ(refusal->what, *one.obstacle) << one.what;
    EXPECT_EQ(refusal->needed, one.needed) << one.what;
    EXPECT_EQ(refusal->there, one.there) << one.what;
  }
}

TEST(Eligible, PrefersALoadedModelWhereTheJobNamesNone) {
  Meeting meeting;
  meeting.worker.models = {{"cold", "f", "v", false}, {"warm", "f", "v", true}};
  EXPECT_EQ(model_for(meeting.job, meeting.worker)->name, "warm");
  meeting.job.spec.model = "cold";
  EXPECT_EQ(model_for(meeting.job, meeting.worker)->name, "cold");
}

TEST(Version, IsComparedNumberByNumber) {
  EXPECT_TRUE(is_older("1.2.9", "1.2.10"));
  EXPECT_TRUE(is_older("1.2", "1.2.1"));
  EXPECT_TRUE(is_older("", "0.1"));
  EXPECT_FALSE(is_older("1.2.1", "1.2"));
  EXPECT_FALSE(is_older("2.0-rc1", "2.0"));
  EXPECT_FALSE(is_older("10", "9.9"));
  EXPECT_FALSE(is_older("", ""));
}

}  // namespace
}  // namespace musicfleet::dispatch
