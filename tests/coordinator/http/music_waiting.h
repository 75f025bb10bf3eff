// Clients of the ElevenLabs music API that wait for songs, whose jobs the test makes, ends and removes.
#pragma once

#include "tests/coordinator/http/music_fixture.h"

#include <functional>
#include <future>
#include <stdexcept>
#include <thread>

namespace musicfleet::http {

inline const nlohmann::json kOrder{{"prompt", "calm folk"}, {"music_length_ms", 3000}};

inline std::string raw_order() {
  const std::string body = kOrder.dump();
  return concat("POST /v1/music HTTP/1.1\r\nHost: x\r\nxi-api-key: ", kGoodKey,
                "\r\nContent-Type: application/json\r\nContent-Length: ", body.size(), "\r\n\r\n", body);
}

class MusicWaiting : public MusicFixture {
 protected:
  std::future<HttpReply> begin(const nlohmann::json& order) {
    return std::async(std::launch::async, [this, order] { return music("", order); });
  }
  // Looks on the loop thread, for a minute at most.
  void wait_until(const std::function<bool()>& done) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!seen(done)) {
      if (std::chrono::steady_clock::now() > until)
        throw std::runtime_error("what the test waits for does not come");
      std::this_thread::yield();
    }
  }
  void wait_for_submissions(std::size_t count) {
    wait_until([&] { return backend_.submissions.size() >= count; });
  }
  // For the news of a job.
  void wait_for_waiting(std::size_t count) {
    wait_until([&] { return backend_.waiting() >= count; });
  }
  JobId last_job() {
    return seen([&] { return JobId{"job_of_" + *backend_.submissions.back().idempotency_key}; });
  }
  // From now on; the next orders stay queued.
  void finish_later(const JobId& id) {
    on_loop([&] { backend_.update(id, [&](Job& job) { finish(job, "song"); }); });
  }
  std::size_t jobs() {
    return seen([&] { return backend_.job_map.size(); });
  }
  // Orders a song, whose client goes: its cancellation is being recorded until record_it().
  JobId abandon_song() {
    start_with({.cancel_abandoned = true});
    on_loop([&] { backend_.commit = &commit_; });
    {
      RawConnection client(port());
      client.send(raw_order());
      wait_for_waiting(1);
    }
    const JobId job = last_job();
    wait_until([&] {
      backend_.update(job, [](Job&) {});  // so that its request looks after its client
      return backend_.cancels > 0;
    });
    return job;
  }
  // Until the client that has gone is done with.
  void record_it() {
    on_loop([&] {
      commit_.cancel();
      backend_.commit = nullptr;
    });
    records(1);
  }
  // Orders a song, which is made after its client was told to come back.
  JobId make_late_song() {
    start_with({.patience = std::chrono::milliseconds(1)});
    EXPECT_EQ(music("", kOrder).status, 504);
    const JobId job = last_job();
    finish_later(job);
    return job;
  }

  boost::asio::steady_timer commit_{loop_, boost::asio::steady_timer::time_point::max()};
};

}  // namespace musicfleet::http
