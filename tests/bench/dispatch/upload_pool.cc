#include "tests/bench/dispatch/upload_pool.h"

#include "common/http_client.h"

#include <boost/asio/post.hpp>

#include <iostream>

namespace musicfleet::bench {

UploadPool::UploadPool(boost::asio::io_context& loop, int threads, std::string song)
    : loop_(loop), song_(std::move(song)) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

UploadPool::~UploadPool() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void UploadPool::put(const to_worker::Ticket& ticket, std::function<void()> done) {
  {
    const std::scoped_lock lock(mutex_);
    waiting_.push_back({ticket, std::move(done)});
  }
  changed_.notify_one();
}

void UploadPool::run() {
  HttpClient client;
  while (true) {
    Upload upload;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return ending_ || !waiting_.empty(); });
      if (ending_) return;
      upload = std::move(waiting_.front());
      waiting_.pop_front();
    }
    std::vector<HttpHeader> headers;
    for (const to_worker::Header& header : upload.ticket.headers)
      headers.push_back({header.name, header.value});
    const auto reply = client.request(upload.ticket.method, upload.ticket.url, headers, song_);
    if (!reply || reply->status >= 300)
      std::cerr << "upload: " << (reply ? concat("status ", reply->status) : reply.error().message) << '\n';
    boost::asio::post(loop_, std::move(upload.done));
  }
}

}  // namespace musicfleet::bench
