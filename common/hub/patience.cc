#include "common/hub/patience.h"

#include "common/hub/hub_answer.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace musicfleet {

bool pause_on_this_thread(std::chrono::milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, time, [] { return false; });
  return !stop.stop_requested();
}

Result<> Patience::after(const Error& error, std::optional<std::chrono::seconds> asked,
                         const std::stop_token& stop) {
  if (!is_passing(error) || stop.stop_requested()) return Failure(error);
  if (++failures_ > options_.most_failures)
    return fail(error.code, error.message, "; given up after ", failures_, " tries without a step forward");
  if (asked && *asked > options_.longest_asked)
    return fail(error.code, error.message, "; it asks to wait ", asked->count(), " s: try again then");
  std::chrono::milliseconds time = options_.backoff.delay(failures_, next_random(random_));
  if (asked) time = std::max(time, std::chrono::milliseconds(*asked));
  if (on_wait_) on_wait_(error.message, time);
  if (!options_.pause(time, stop)) return fail(ErrorCode::kCancelled, "stopped");
  return {};
}

}  // namespace musicfleet
