#include "coordinator/storage/file_pool.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>

namespace musicfleet {

namespace asio = boost::asio;

FilePool::FilePool(int threads) : threads_(static_cast<std::size_t>(threads)) {}

FilePool::~FilePool() { join(); }

asio::awaitable<void> FilePool::run(std::function<void()> work) {
  const asio::any_io_executor loop = co_await asio::this_coro::executor;
  auto on_pool = asio::bind_executor(threads_.get_executor(), asio::use_awaitable);
  auto on_loop = asio::bind_executor(loop, asio::use_awaitable);
  std::exception_ptr thrown;
  co_await asio::post(std::move(on_pool));
  try {
    work();
  } catch (...) {
    thrown = std::current_exception();
  }
  co_await asio::post(std::move(on_loop));
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace musicfleet
