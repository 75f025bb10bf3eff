// A few threads that PUT no-op songs, each over a connection of its own. put() from the loop;
// `done` is posted there.
#pragma once

#include "common/fleet_messages.h"

#include <boost/asio/io_context.hpp>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace musicfleet::bench {

class UploadPool {
 public:
  // Every upload sends `song`.
  UploadPool(boost::asio::io_context& loop, int threads, std::string song);
  ~UploadPool();
  UploadPool(const UploadPool&) = delete;
  UploadPool& operator=(const UploadPool&) = delete;

  void put(const to_worker::Ticket& ticket, std::function<void()> done);

 private:
  struct Upload {
    to_worker::Ticket ticket;
    std::function<void()> done;
  };

  void run();

  boost::asio::io_context& loop_;
  const std::string song_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Upload> waiting_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace musicfleet::bench
