// HTTP transfers of libcurl side by side on one thread of its own: resolving names, reading trusted
// certificates, TLS and files would hold up a daemon's loop. What a transfer asks for and what its answer
// means is the task's; how many there are at a time is up to the caller. start() from any thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace musicfleet {

class HttpThread {
 public:
  // One transfer. After start() it belongs to the thread, which also destroys it.
  class Task {
   public:
    virtual ~Task() = default;
    // The CURL*, ready to be performed; null where nothing can leave.
    virtual void* handle() const = 0;
    // libcurl is done with it and says `code`, a CURLcode. Not called for a task that the thread's end breaks
    // off.
    virtual void end(int code) = 0;
  };

  // Keeps so many connections for a server's next request, where tasks allow that.
  explicit HttpThread(long idle_connections);
  // Breaks off what is under way.
  ~HttpThread();
  HttpThread(const HttpThread&) = delete;
  HttpThread& operator=(const HttpThread&) = delete;

  void start(std::unique_ptr<Task> task);

 private:
  struct Free {
    void operator()(void* multi) const;
  };

  void loop();
  void begin(std::unique_ptr<Task> task);
  void end_those_that_are_done();

  std::unique_ptr<void, Free> multi_;  // CURLM*; after the constructor only the thread's, but for waking it
  std::map<void*, std::unique_ptr<Task>> running_;  // by its CURL*
  std::mutex mutex_;
  std::vector<std::unique_ptr<Task>> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace musicfleet
