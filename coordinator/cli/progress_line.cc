#include "coordinator/cli/progress_line.h"

#include "common/job_spec.h"
#include "coordinator/cli/console.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace musicfleet::cli {
namespace {

constexpr std::size_t kWidestBar = 40;
constexpr std::size_t kNarrowestBar = 5;

bool is_running(const JobView& job) {
  return job.state == "leased" && !job.stage.empty() && job.stage != "queued";
}

// Before its first lease, between two, or while its worker has not begun.
std::string waiting_text(const JobView& job) {
  if (job.state == "leased") return "with " + job.worker;
  if (job.state != "queued") return job.state;
  return job.attempts == 0
             ? "queued"
             : concat("queued again after ", job.attempts, job.attempts == 1 ? " try" : " tries");
}

std::string time_left(const JobView& job, UtcTime now) {
  if (!job.predicted_finish) return {};
  const auto left = std::chrono::ceil<std::chrono::seconds>(*job.predicted_finish - now);
  return clock_text(std::max(left, std::chrono::seconds(0))) + " left";
}

std::string bar(int step, int steps, std::size_t width) {
  const auto share = static_cast<double>(std::clamp(step, 0, steps)) / steps;
  const auto done = static_cast<std::size_t>(share * static_cast<double>(width));
  std::string text = "[" + std::string(done, '#');
  for (std::size_t i = done; i < width; ++i) text += "·";
  return text + "]";
}

}  // namespace

std::string progress_text(const JobView& job, UtcTime now) {
  if (!is_running(job)) return one_line(waiting_text(job), 80);
  std::string text = one_line(job.stage, 40);
  if (job.steps > 0) text += concat(' ', job.step, '/', job.steps);
  if (const std::string left = time_left(job, now); !left.empty()) text += ", " + left;
  return text;
}

std::string progress_bar(const JobView& job, UtcTime now, std::size_t columns) {
  if (!is_running(job) || job.steps <= 0) return one_line(progress_text(job, now), columns);
  std::array<char, 64> stage, count;
  std::snprintf(stage.data(), stage.size(), "%-12s", one_line(job.stage, 40).c_str());
  const int digits = static_cast<int>(std::to_string(job.steps).size());
  std::snprintf(count.data(), count.size(), "%*d/%d", digits, job.step, job.steps);
  const std::string left = time_left(job, now);
  const std::string end = concat("  ", count.data(), left.empty() ? "" : "  ", left);
  const std::size_t others = utf8_length(stage.data()) + 2 + end.size();
  const std::size_t width = columns > others ? std::min(columns - others, kWidestBar) : 0;
  if (width < kNarrowestBar) return one_line(progress_text(job, now), columns);
  return stage.data() + bar(job.step, job.steps, width) + end;
}

}  // namespace musicfleet::cli
