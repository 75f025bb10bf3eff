#include "coordinator/storage/file_pool.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include <latch>
#include <stdexcept>
#include <thread>

namespace musicfleet {
namespace {

namespace asio = boost::asio;

struct Seen {
  std::thread::id before, inside, after;
  int value = 0;
};

asio::awaitable<Seen> visit(FilePool& pool) {
  Seen seen;
  seen.before = std::this_thread::get_id();
  const auto work = [&seen] {
    seen.inside = std::this_thread::get_id();
    return 42;
  };
  seen.value = co_await pool.compute(work);
  seen.after = std::this_thread::get_id();
  co_return seen;
}

asio::awaitable<void> throw_in(FilePool& pool) {
  std::function<void()> work = [] { throw std::runtime_error("disk on fire"); };
  co_await pool.run(std::move(work));
}

TEST(FilePool, WorksElsewhereAndGoesOnOnTheLoop) {
  asio::io_context loop;
  FilePool pool;
  auto seen = asio::co_spawn(loop, visit(pool), asio::use_future);
  loop.run();
  const Seen result = seen.get();
  EXPECT_EQ(result.value, 42);
  EXPECT_EQ(result.before, std::this_thread::get_id());
  EXPECT_NE(result.inside, std::this_thread::get_id());
  EXPECT_EQ(result.after, std::this_thread::get_id());
}

TEST(FilePool, WhatItWasGivenIsDoneOnceItIsJoined) {
  asio::io_context loop;
  FilePool pool(1);
  std::latch may_go_on(1);
  int done = 0;  // on the pool's only thread
  const auto give = [&](std::function<void()> work) {
    asio::co_spawn(loop, pool.run(std::move(work)), asio::detached);
  };
  give([&] { may_go_on.wait(); });
  for (int i = 0; i < 3; ++i) give([&] { ++done; });
  loop.poll();
  may_go_on.count_down();
  pool.join();
  EXPECT_EQ(done, 3);
}

TEST(FilePool, PassesOnWhatTheWorkThrows) {
  asio::io_context loop;
  FilePool pool;
  auto done = asio::co_spawn(loop, throw_in(pool), asio::use_future);
  loop.run();
  EXPECT_THROW(done.get(), std::runtime_error);
}

}  // namespace
}  // namespace musicfleet
