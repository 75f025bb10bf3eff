// Runs a Boost.Asio loop on the test's own thread until something has happened: tests wait for what they want
// to see, not for time to pass. The limit only ends a test that would hang.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <chrono>
#include <functional>

namespace musicfleet::testing {

// Whether `done` came true; looked at after each piece of work of the loop.
inline bool run_until(boost::asio::io_context& loop, const std::function<bool()>& done,
                      std::chrono::seconds limit = std::chrono::seconds(60)) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!done()) {
    loop.restart();
    if (loop.run_one_until(end) == 0 && std::chrono::steady_clock::now() >= end) return done();
  }
  return true;
}

}  // namespace musicfleet::testing
