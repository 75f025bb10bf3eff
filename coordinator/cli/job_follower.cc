#include "coordinator/cli/job_follower.h"

#include "coordinator/cli/sse_parser.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace musicfleet::cli {
namespace {

using std::chrono::steady_clock;

constexpr int kLongPollSeconds = 30;

// What goes away by itself, as opposed to an answer that will stay the same.
bool is_passing(ErrorCode code) { return code == ErrorCode::kUnavailable || code == ErrorCode::kTimeout; }

// What an event stream ends with that some proxy spoils.
bool is_no_stream(ErrorCode code) { return code == ErrorCode::kCorrupt || code == ErrorCode::kInternal; }

std::string path_of(const std::string& id) { return "/v1/jobs/" + path_segment(id); }

}  // namespace

bool pause_for(std::chrono::milliseconds time, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, time, [] { return false; });
  return !stop.stop_requested();
}

Result<JobView> JobFollower::fetch(const std::string& id, bool wait, std::stop_token stop) {
  const std::string query = wait ? concat("?wait=", kLongPollSeconds) : std::string();
  return job_view_of(MF_TRY(api_.get(path_of(id) + query, std::move(stop))));
}

Result<> JobFollower::stream(JobView& job, const OnUpdate& on_update, std::stop_token stop) {
  SseParser parser;
  const auto on_line = [&](std::string_view line) {
    const std::optional<ServerEvent> event = parser.take(line);
    if (!event) return true;
    apply_event(job, event->name, event->data);
    if (!job.ended()) on_update(job);
    return !job.ended();
  };
  return api_.events(path_of(job.id) + "/events", on_line, std::move(stop));
}

Result<JobView> JobFollower::follow(const std::string& id, const OnUpdate& on_update, std::stop_token stop) {
  steady_clock::time_point heard = steady_clock::now();
  std::chrono::milliseconds retry = options_.first_retry;
  bool known = false;  // its present state is: only then is waiting for the end worth a request
  while (!stop.stop_requested()) {
    Result<JobView> job = fetch(id, known && !streams_, stop);
    if (job ? job->ended() : !is_passing(job.error().code)) return job;
    Result<> streamed;
    if (job) {
      known = true;
      on_update(*job);
      if (streams_) streamed = stream(*job, on_update, stop);
      if (!streamed && is_no_stream(streamed.error().code)) streams_ = false;
      heard = steady_clock::now();
      if (job->ended() || !streams_) continue;
    } else if (steady_clock::now() - heard > options_.patience) {
      return fail(ErrorCode::kUnavailable, job.error().message, "; gave up following job ", id,
                  ", which goes on without: musicfleet jobs show ", id);
    }
    // The stream broke off, or nobody answers: the coordinator may be restarting.
    pause_for(retry, stop);
    retry = job && streamed ? options_.first_retry : std::min(retry * 2, options_.longest_retry);
  }
  return fail(ErrorCode::kCancelled, "stopped");
}

}  // namespace musicfleet::cli
