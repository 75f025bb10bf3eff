#include "coordinator/cli/table.h"
#include "coordinator/cli/top_frame.h"
#include "tests/coordinator/cli/cli_fixture.h"

#include <gmock/gmock.h>

namespace musicfleet::cli {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class Top : public CliFixture {
 protected:
  void fill() {
    on_loop([&] {
      http::Overview& o = overview_.answer;
      o.tenants[TenantId{"shop"}] = {3, 1};
      o.ended = {{1, 4, 2, 0}, {5, 10, 2, 0}};
      o.failures = {{JobId{"job_9"}, WorkerId{"gpu-1"}, WallTime{}, Error{ErrorCode::kInternal, "broke"}}};
      http::WorkerInfo& worker = o.workers.emplace_back();
      worker.name = WorkerId{"gpu-1"};
      worker.connected = true;
      worker.device = "cuda:0";
      worker.running = {{{JobId{"job_a"}, 1}, Stage::kDenoising, 3, 8},
                        {{JobId{"job_b"}, 1}, Stage::kQueued, 0, 0}};
      o.speeds[WorkerId{"gpu-1"}] = 12.5;
      o.store_ok = true;
    });
  }
};

TEST_F(Top, OnceShowsQueueWorkersThroughputAndFailures) {
  fill();
  const Outcome shown = run({"top", "--once"});
  EXPECT_EQ(shown.status, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("3 queued, 1 with workers; intake open; store ok"));
  EXPECT_THAT(shown.out, HasSubstr("5 min  2.0             10     2"));
  EXPECT_THAT(shown.out, HasSubstr("gpu-1   busy   cuda:0  12.5x  job_a  denoising  3/8"));
  EXPECT_THAT(shown.out, HasSubstr("job_b  queued     -"));
  EXPECT_THAT(shown.out, HasSubstr("shop    3       1"));
  EXPECT_THAT(shown.out, HasSubstr("job_9  gpu-1   internal: broke"));
}

TEST_F(Top, AsJsonItIsWhatTheApiSays) {
  fill();
  EXPECT_EQ(json::parse(run({"top", "--json"}).out)["leased"], 1);
}

TEST_F(Top, WithoutATerminalItSaysHowToGetOnePicture) {
  fill();
  // Where the tests run on a terminal there is nothing to see.
  if (::isatty(STDOUT_FILENO) != 0 && ::isatty(STDIN_FILENO) != 0) return;
  const Outcome refused = run({"top"});
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.err, HasSubstr("--once"));
}

TEST_F(Top, ThePauseOfTheIntakeIsSeen) {
  EXPECT_THAT(run({"intake", "status"}).out, HasSubstr("are taken in"));
  EXPECT_THAT(run({"intake", "pause", "--reason", "new disk"}).out,
              HasSubstr("new disk; what is queued goes on"));
  EXPECT_EQ(json::parse(run({"intake", "status", "--json"}).out)["paused"], true);
  EXPECT_EQ(run({"intake", "resume"}).out, "jobs are taken in\n");
}

TEST(TopFrame, FitsTheTerminalWhateverIsInIt) {
  json overview{{"failures", json::array()}, {"workers", json::array()}};
  for (int i = 0; i < 50; ++i) {
    overview["failures"].push_back(
        {{"job", "job_a"}, {"error", {{"code", "internal"}, {"message", std::string(300, 'x') + "\x1b"}}}});
    overview["workers"].push_back({{"name", std::string(60, 'n')}, {"connected", true}});
  }
  const auto lines = top_frame(overview, "http://127.0.0.1:1", {70, 20});
  EXPECT_EQ(lines.size(), 20u);
  for (const std::string& line : lines) {
    EXPECT_LE(line.size(), 75u) << line;  // "…" has three bytes
    EXPECT_THAT(line, Not(HasSubstr("\x1b")));
  }
}

TEST(TopFrame, WhatIsNoOverviewBreaksNothing) {
  EXPECT_FALSE(top_frame(json::array(), "u", {80, 24}).empty());
}

TEST(TableTest, CutsItsWidestColumnsUntilItFits) {
  Table table({"A", "B"});
  table.add({"short", std::string(50, 'b')});
  EXPECT_THAT(table.lines(20)[1], StartsWith("short  bbbbbbbbbbbb…"));
  EXPECT_EQ(table.lines(0)[1].size(), 57u);
}

}  // namespace
}  // namespace musicfleet::cli
