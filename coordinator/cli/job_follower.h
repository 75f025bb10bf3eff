// Follows a job to its end: by its event stream, by long polling where a proxy lets no stream through, and
// past restarts of the coordinator. Blocking; one thread.
#pragma once

#include "coordinator/cli/api_client.h"
#include "coordinator/cli/job_view.h"

#include <chrono>
#include <functional>

namespace musicfleet::cli {

struct FollowOptions {
  std::chrono::milliseconds first_retry{250};  // doubles with every failure in a row
  std::chrono::milliseconds longest_retry{5'000};
  std::chrono::milliseconds patience{180'000};  // without an answer, before giving up
};

class JobFollower {
 public:
  using OnUpdate = std::function<void(const JobView&)>;

  explicit JobFollower(ApiClient& api, FollowOptions options = {}) : api_(api), options_(options) {}

  // The job once it has ended, whatever its end. Errors: kCancelled after a stop request, kUnavailable when
  // the coordinator was silent for too long, and what it refuses (kNotFound, kUnauthenticated).
  Result<JobView> follow(const std::string& id, const OnUpdate& on_update, std::stop_token stop);

 private:
  Result<> stream(JobView& job, const OnUpdate& on_update, std::stop_token stop);
  Result<JobView> fetch(const std::string& id, bool wait, std::stop_token stop);

  ApiClient& api_;
  FollowOptions options_;
  bool streams_ = true;  // no proxy has spoiled an event stream yet
};

// Sleeps; false when `stop` was requested meanwhile.
bool pause_for(std::chrono::milliseconds time, std::stop_token stop);

}  // namespace musicfleet::cli
