// Work of the store's threads as awaitables of the loop: hands it over and goes on, on the loop, with its
// result. The store must deliver onto that loop. Loop thread.
#pragma once

#include "coordinator/store/reader_pool.h"
#include "coordinator/store/store_thread.h"

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <functional>
#include <memory>

namespace musicfleet::backend {

// Completes with the result once it is committed.
template <class T>
boost::asio::awaitable<Result<T>> written(store::StoreThread& store,
                                          std::function<Result<T>(store::Writer&)> work) {
  auto initiate = [&store, &work](auto handler) {
    const auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    store.post<T>(std::move(work), [shared](Result<T> result) { std::move (*shared)(std::move(result)); });
  };
  co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Result<T>)>(
      initiate, boost::asio::use_awaitable);
}

template <class T>
boost::asio::awaitable<Result<T>> read(store::ReaderPool& readers,
                                       std::function<Result<T>(store::JobReader&)> work) {
  auto initiate = [&readers, &work](auto handler) {
    const auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    readers.post<T>(std::move(work), [shared](Result<T> result) { std::move (*shared)(std::move(result)); });
  };
  co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Result<T>)>(
      initiate, boost::asio::use_awaitable);
}

}  // namespace musicfleet::backend
