#include "common/job_spec.h"
#include "coordinator/cli/progress_display.h"
#include "coordinator/cli/progress_line.h"

#include <gtest/gtest.h>

#include <sstream>

namespace musicfleet::cli {
namespace {

using namespace std::chrono_literals;

const UtcTime kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + 12h;

class StoppedClock final : public Clock {
 public:
  SteadyTime now() const override { return {}; }
  UtcTime wall_now() const override { return kNow; }
};

JobView denoising(int step, int steps) {
  JobView job;
  job.state = "leased";
  job.attempts = 1;
  job.stage = "denoising";
  job.step = step;
  job.steps = steps;
  return job;
}

TEST(ProgressLine, ABarShowsStageShareStepsAndTimeLeft) {
  JobView job = denoising(4, 8);
  job.predicted_finish = kNow + 11s + 200ms;
  EXPECT_EQ(progress_bar(job, kNow, 50), "denoising   [##########··········]  4/8  0:12 left");
}

TEST(ProgressLine, NoBarIsWiderThanTheTerminal) {
  JobView job = denoising(8, 8);
  job.predicted_finish = kNow;
  for (std::size_t columns = 10; columns < 130; ++columns)
    EXPECT_LE(utf8_length(progress_bar(job, kNow, columns)), columns);
  EXPECT_EQ(progress_bar(job, kNow, 30), "denoising 8/8, 0:00 left");
}

TEST(ProgressLine, APredictionThatHasPassedLeavesNothing) {
  JobView job = denoising(1, 2);
  job.predicted_finish = kNow - 1min;
  EXPECT_EQ(progress_text(job, kNow), "denoising 1/2, 0:00 left");
}

TEST(ProgressLine, StepsBeyondTheirNumberFillTheBarAndNoMore) {
  EXPECT_EQ(progress_bar(denoising(9, 8), kNow, 29), "denoising   [##########]  9/8");
}

TEST(ProgressLine, WaitingSaysWhetherItIsTheFirstTime) {
  JobView job;
  job.state = "queued";
  EXPECT_EQ(progress_text(job, kNow), "queued");
  job.attempts = 1;
  EXPECT_EQ(progress_bar(job, kNow, 80), "queued again after 1 try");
  job.attempts = 2;
  EXPECT_EQ(progress_text(job, kNow), "queued again after 2 tries");
}

TEST(ProgressLine, AJobThatItsWorkerHasNotBegunIsWithThatWorker) {
  JobView job = denoising(0, 0);
  job.stage = "queued";
  job.worker = "gpu-1";
  EXPECT_EQ(progress_text(job, kNow), "with gpu-1");
}

class ProgressDisplayTest : public testing::Test {
 protected:
  std::ostringstream out_, err_;
  Console console_{out_, err_};
  StoppedClock clock_;
};

TEST_F(ProgressDisplayTest, WithoutATerminalThereAreAboutTenLinesAStage) {
  ProgressDisplay display(console_, clock_);
  for (int step = 0; step <= 100; ++step) display.show(denoising(step, 100));
  const std::string text = err_.str();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 11);
  EXPECT_NE(text.find("denoising 100/100\n"), std::string::npos);
  EXPECT_EQ(text.find('\033'), std::string::npos);
}

TEST_F(ProgressDisplayTest, TheSameProgressTwiceIsOneLine) {
  ProgressDisplay display(console_, clock_);
  display.show(denoising(1, 8));
  display.show(denoising(1, 8));
  EXPECT_EQ(err_.str(), "denoising 1/8\n");
}

TEST_F(ProgressDisplayTest, AJobThatStartsAgainIsSeenToDoSo) {
  ProgressDisplay display(console_, clock_);
  display.show(denoising(7, 8));
  JobView queued;
  queued.state = "queued";
  queued.attempts = 1;
  display.show(queued);
  display.show(denoising(1, 8));
  EXPECT_EQ(err_.str(), "denoising 7/8\nqueued again after 1 try\ndenoising 1/8\n");
}

TEST_F(ProgressDisplayTest, OnATerminalTheLineIsWrittenOverAndLeftEmpty) {
  console_.err_is_terminal = true;
  {
    ProgressDisplay display(console_, clock_);
    display.show(denoising(1, 8));
    display.show(denoising(1, 8));
  }
  const std::string text = err_.str();
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_EQ(text.rfind("\r\033[K"), text.size() - 4);
  EXPECT_EQ(text.find("denoising"), text.rfind("denoising"));
}

}  // namespace
}  // namespace musicfleet::cli
