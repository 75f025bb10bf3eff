// Threads for what blocks on the disk: reading and writing files, SHA-256 of their bytes, fsync, rename. A
// coroutine of the loop hands over a piece of work and goes on, on the loop, when it is done. Created and
// used on the loop thread. Destroy it before the io_context: the destructor waits for the work in hand. What
// that work touches must outlive it, or be joined before it goes.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

namespace musicfleet {

class FilePool {
 public:
  explicit FilePool(int threads = 2);
  ~FilePool();

  // Waits for all work that was handed over. What is handed over later is never done: the loop no longer
  // runs.
  void join() { threads_.join(); }

  // Runs `work` on a pool thread; what it throws is thrown here.
  boost::asio::awaitable<void> run(std::function<void()> work);

  // The same for work that returns a value. Name the work before you await it: gcc 12 destroys a capturing
  // lambda written inside the co_await expression twice.
  template <class Work>
  boost::asio::awaitable<std::invoke_result_t<Work&>> compute(Work& work) {
    std::optional<std::invoke_result_t<Work&>> value;
    std::function<void()> assign = [&value, &work] { value.emplace(work()); };
    co_await run(std::move(assign));
    co_return *std::move(value);
  }

 private:
  boost::asio::thread_pool threads_;
};

}  // namespace musicfleet
