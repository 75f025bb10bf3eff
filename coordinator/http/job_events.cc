#include "coordinator/http/job_events.h"

#include "coordinator/http/job_json.h"

#include <nlohmann/json.hpp>

namespace musicfleet::http {
namespace {

using nlohmann::ordered_json;

std::string event(std::string_view name, const ordered_json& data) {
  return concat("event: ", name, "\ndata: ", data.dump(), "\n\n");
}

// Whether the `state` event says something new.
bool state_differs(const Job& a, const Job& b) {
  return a.state != b.state || a.epoch != b.epoch || a.attempts != b.attempts || a.worker != b.worker ||
         a.cancel_requested != b.cancel_requested;
}

bool progress_differs(const JobProgress& a, const JobProgress& b) {
  return a.stage != b.stage || a.step != b.step || a.steps != b.steps ||
         a.predicted_finish != b.predicted_finish;
}

}  // namespace

JobEvents::JobEvents(Backend& backend, std::string api_key, Principal who, Job job, std::string public_url,
                     std::chrono::milliseconds heartbeat)
    : backend_(backend),
      api_key_(std::move(api_key)),
      who_(std::move(who)),
      job_(std::move(job)),
      public_url_(std::move(public_url)),
      heartbeat_(heartbeat) {}

std::string JobEvents::state_event() const {
  ordered_json job = job_json(job_, public_url_), data;
  for (const char* name : {"id", "state", "updated_at", "started_at", "finished_at", "epoch", "attempts",
                           "worker", "cancel_requested", "error", "warnings", "audio"})
    data[name] = std::move(job[name]);
  return event("state", data);
}

std::string JobEvents::progress_event() const { return event("progress", progress_json(job_.progress)); }

Awaitable<std::string> JobEvents::next() {
  if (ended_) co_return std::string();
  if (!begun_) {
    begun_ = true;
    ended_ = is_final(job_.state);
    co_return ended_ ? state_event() : state_event() + progress_event();
  }
  Result<Job> job = co_await backend_.next_update(who_, job_.id, job_.revision, heartbeat_);
  if (!job) co_return Failure(job.error());
  if (const auto still = co_await backend_.authenticate(api_key_); !still) co_return Failure(still.error());
  const Job before = std::exchange(job_, std::move(*job));
  ended_ = is_final(job_.state);
  std::string text;
  if (state_differs(before, job_)) text += state_event();
  if (!ended_ && progress_differs(before.progress, job_.progress)) text += progress_event();
  if (text.empty()) text = ": nothing new\n\n";
  co_return text;
}

}  // namespace musicfleet::http
