#include "coordinator/cli/progress_display.h"

#include "coordinator/cli/progress_line.h"

namespace musicfleet::cli {
namespace {

constexpr const char* kEraseLine = "\r\033[K";
constexpr int kLinesOfAStage = 10;

}  // namespace

void ProgressDisplay::show(const JobView& job) {
  if (console_.err_is_terminal) {
    std::string line = progress_bar(job, clock_.wall_now(), console_.columns - 1);
    if (line != shown_) console_.err << kEraseLine << line << std::flush;
    shown_ = std::move(line);
  } else if (is_worth_a_line(job)) {
    console_.err << progress_text(job, clock_.wall_now()) << std::endl;
    last_ = job;
  }
}

void ProgressDisplay::note(std::string_view text) {
  clear();
  console_.err << text << std::endl;
}

void ProgressDisplay::clear() {
  if (!shown_.empty()) console_.err << kEraseLine << std::flush;
  shown_.clear();
}

bool ProgressDisplay::is_worth_a_line(const JobView& job) const {
  if (job.state != last_.state || job.attempts != last_.attempts) return true;
  if (job.state != "leased") return false;
  if (job.stage != last_.stage || job.steps != last_.steps) return true;
  const int stride = std::max(1, job.steps / kLinesOfAStage);
  return job.step != last_.step &&
         (job.step >= last_.step + stride || job.step == job.steps || job.step < last_.step);
}

}  // namespace musicfleet::cli
