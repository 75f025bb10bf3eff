// One question to the prompt hook on its way (libcurl): JSON out, JSON back, within its time. Thread of its
// HttpThread; the constructor on any.
#pragma once

#include "common/http_thread.h"
#include "common/result.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

struct curl_slist;

namespace musicfleet::policy {

class HookRequest final : public HttpThread::Task {
 public:
  static constexpr std::size_t kMostAnswerBytes = 256 * 1024;
  // The body of a 200; kUnavailable, with what went wrong, for everything else.
  using Answered = std::function<void(Result<std::string>)>;

  HookRequest(const std::string& url, std::string question, std::chrono::milliseconds timeout,
              Answered answered);

  void* handle() const override { return curl_.get(); }
  void end(int code) override;

 private:
  struct FreeHandle {
    void operator()(void* curl) const;
  };
  struct FreeList {
    void operator()(curl_slist* list) const;
  };

  static std::size_t body_callback(char* data, std::size_t size, std::size_t n, void* self);
  Result<std::string> outcome(int code);

  std::string question_;
  std::string answer_;
  const Answered answered_;
  std::unique_ptr<curl_slist, FreeList> headers_;
  std::unique_ptr<void, FreeHandle> curl_;
};

}  // namespace musicfleet::policy
