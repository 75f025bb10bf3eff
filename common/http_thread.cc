#include "common/http_thread.h"

#include <curl/curl.h>

#include <stdexcept>

namespace musicfleet {
namespace {

// How often tasks under way may look at their own limits.
constexpr int kBusyPollMs = 200;
constexpr int kIdlePollMs = 1'000;

// libcurl's one-time set-up, before any thread's first handle.
bool curl_is_ready() {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return ready;
}

}  // namespace

void HttpThread::Free::operator()(void* multi) const { curl_multi_cleanup(static_cast<CURLM*>(multi)); }

HttpThread::HttpThread(long idle_connections) : multi_(curl_is_ready() ? curl_multi_init() : nullptr) {
  if (!multi_) throw std::runtime_error("libcurl could not be set up");
  curl_multi_setopt(static_cast<CURLM*>(multi_.get()), CURLMOPT_MAXCONNECTS, idle_connections);
  thread_ = std::thread([this] { loop(); });
}

HttpThread::~HttpThread() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  curl_multi_wakeup(static_cast<CURLM*>(multi_.get()));
  thread_.join();
  for (const auto& [handle, task] : running_)
    curl_multi_remove_handle(static_cast<CURLM*>(multi_.get()), handle);
}

void HttpThread::start(std::unique_ptr<Task> task) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(task));
  }
  curl_multi_wakeup(static_cast<CURLM*>(multi_.get()));
}

void HttpThread::loop() {
  while (true) {
    std::vector<std::unique_ptr<Task>> begun;
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
      begun.swap(waiting_);
    }
    for (std::unique_ptr<Task>& task : begun) begin(std::move(task));
    int still_running = 0;
    curl_multi_perform(static_cast<CURLM*>(multi_.get()), &still_running);
    end_those_that_are_done();
    curl_multi_poll(static_cast<CURLM*>(multi_.get()), nullptr, 0,
                    still_running > 0 ? kBusyPollMs : kIdlePollMs, nullptr);
  }
}

void HttpThread::begin(std::unique_ptr<Task> task) {
  void* handle = task->handle();
  if (!handle) return task->end(CURLE_FAILED_INIT);
  running_.emplace(handle, std::move(task));
  curl_multi_add_handle(static_cast<CURLM*>(multi_.get()), handle);
}

void HttpThread::end_those_that_are_done() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(static_cast<CURLM*>(multi_.get()), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* handle = message->easy_handle;
    const CURLcode code = message->data.result;
    curl_multi_remove_handle(static_cast<CURLM*>(multi_.get()), handle);
    const auto found = running_.find(handle);
    found->second->end(code);
    running_.erase(found);
  }
}

}  // namespace musicfleet
