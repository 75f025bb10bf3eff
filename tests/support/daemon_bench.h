// A worker daemon with a FakeEngine and the coordinator's FleetServer, joined by a real socket on loopback;
// the test is the coordinator's head. Uploads go into memory.
#pragma once

#include "common/sha256.h"
#include "tests/support/fake_engine.h"
#include "tests/support/fleet_bench.h"
#include "tests/support/temporary_folder.h"
#include "worker/daemon/worker_daemon.h"

#include <atomic>
#include <deque>
#include <fstream>
#include <map>
#include <sstream>

namespace musicfleet::testing {

// Where the daemon's uploads go; told in advance how to answer. Any thread.
class FakeUploads {
 public:
  // The answers to the next uploads; 201 after them.
  void answer_with(std::deque<Result<int>> answers) {
    const std::scoped_lock lock(mutex_);
    answers_ = std::move(answers);
  }
  // The next uploads stop half-way until let_go().
  void hold() { held_ = true; }
  void let_go() {
    held_ = false;
    held_.notify_all();
  }
  Result<int> put(const to_worker::Ticket& ticket, const std::filesystem::path& path,
                  const daemon::UploadProgress& progress) {
    progress(500, 1'000);
    held_.wait(true);
    const std::scoped_lock lock(mutex_);
    ++attempts_;
    if (!answers_.empty()) {
      Result<int> answer = std::move(answers_.front());
      answers_.pop_front();
      return answer;
    }
    std::ostringstream bytes;
    bytes << std::ifstream(path, std::ios::binary).rdbuf();
    stored_[ticket.url] = bytes.str();
    return 201;
  }
  std::string stored(const std::string& url) const {
    const std::scoped_lock lock(mutex_);
    const auto found = stored_.find(url);
    return found == stored_.end() ? "" : found->second;
  }
  int attempts() const {
    const std::scoped_lock lock(mutex_);
    return attempts_;
  }

 private:
  mutable std::mutex mutex_;
  std::deque<Result<int>> answers_;
  std::map<std::string, std::string> stored_;
  int attempts_ = 0;
  std::atomic<bool> held_{false};
};

class DaemonBench : public FleetBench {
 protected:
  static constexpr char kName[] = "gpu-1";

  DaemonBench() { server_->allow({kName}, worker_keys_.public_key); }

  void start_daemon(daemon::EngineFactory make_engine = {}) {
    if (!make_engine)
      make_engine = [script = script_]() -> Result<std::unique_ptr<Engine>> {
        return std::make_unique<FakeEngine>(script);
      };
    daemon::DaemonOptions options;
    options.link = {endpoint_.empty() ? server_->endpoint() : endpoint_, server_keys_.public_key,
                    worker_keys_, quick()};
    options.software_version = "0.1.0";
    options.upload_retry = {std::chrono::milliseconds(1), std::chrono::milliseconds(2)};
    options.upload_attempts = 3;
    options.answer_timeout = answer_timeout_;
    options.leave_patience = leave_patience_;
    options.memory_interval = std::chrono::milliseconds(10);
    daemon_ = std::make_unique<daemon::WorkerDaemon>(
        loop_, clock_, log_output_, options, daemon::Spool::open(spool_.path()).value(),
        daemon::DaemonParts{
            make_engine, write_samples,
            [this](const to_worker::Ticket& ticket, const std::filesystem::path& path, const std::stop_token&,
                   const daemon::UploadProgress& progress) { return uploads_.put(ticket, path, progress); }},
        [this](Result<> how) { ended_ = std::move(how); });
  }

  // Intervals short enough for a test, none of which it waits for.
  static daemon::LinkSettings quick() {
    using std::chrono::milliseconds;
    return {milliseconds(1'000), milliseconds(50), milliseconds(10), {milliseconds(10), milliseconds(50)}, 1};
  }

  static Result<EncodedSong> write_samples(const Pcm& pcm, const AudioFormat&, const SongTags&,
                                           const std::filesystem::path& path) {
    const auto size = pcm.samples.size() * sizeof(float);
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(pcm.samples.data()), static_cast<std::streamsize>(size));
    return EncodedSong{size, -14.5, -1.5};
  }

  // Waits for a hello that was not heard before and answers it, until a heartbeat says that the answer has
  // arrived: on a busy machine the daemon may have given up waiting, and then says hello again.
  to_coordinator::Hello welcome_daemon() {
    const int already = hellos_;
    EXPECT_TRUE(until([&] {
      const int heard = heard_.count<to_coordinator::Hello>(kName);
      if (heard > hellos_)
        (void)server_->send({kName}, to_worker::Welcome{1, kName, std::chrono::milliseconds(50),
                                                        std::chrono::milliseconds(15'000)});
      hellos_ = heard;
      return hellos_ > already && beats_since_hello();
    }));
    const to_coordinator::Hello* heard = last<to_coordinator::Hello>();
    return heard ? *heard : to_coordinator::Hello{};
  }
  void send(const to_worker::Message& message) { EXPECT_TRUE(server_->send({kName}, message)); }

  Lease assign(const std::string& job, const std::string& prompt, Epoch epoch = 1) {
    to_worker::Assign order{{{job}, epoch}, {}};
    order.spec.prompt = prompt;
    order.spec.duration = std::chrono::milliseconds(3'000);
    send(order);
    return order.lease;
  }
  void give_ticket(const Lease& lease) {
    send(to_worker::Ticket{lease,
                           "PUT",
                           concat("https://store.example/", lease.job, '/', lease.epoch),
                           {{"x-a", "b"}},
                           std::chrono::milliseconds(60'000)});
  }
  std::string stored(const Lease& lease) const {
    return uploads_.stored(concat("https://store.example/", lease.job, '/', lease.epoch));
  }

  // The newest message of this kind, or null.
  template <class M>
  const M* last() const {
    for (auto it = heard_.messages.rbegin(); it != heard_.messages.rend(); ++it)
      if (const M* found = std::get_if<M>(&it->second)) return found;
    return nullptr;
  }
  // Whether a heartbeat came after the newest hello.
  bool beats_since_hello() const {
    for (auto it = heard_.messages.rbegin(); it != heard_.messages.rend(); ++it) {
      if (std::holds_alternative<to_coordinator::Heartbeat>(it->second)) return true;
      if (std::holds_alternative<to_coordinator::Hello>(it->second)) return false;
    }
    return false;
  }
  // How many of a kind were said of this lease.
  template <class M>
  int count_of(const Lease& lease) const {
    int n = 0;
    for (const auto& [worker, message] : heard_.messages)
      if (const M* found = std::get_if<M>(&message)) n += found->lease == lease ? 1 : 0;
    return n;
  }
  // Waits until one more message of this kind has been said of this lease than before.
  template <class M>
  M next_of(const Lease& lease) {
    const int before = seen_[{typeid(M).name(), lease}];
    EXPECT_TRUE(until([&] { return count_of<M>(lease) > before; })) << typeid(M).name() << ' ' << lease.job;
    seen_[{typeid(M).name(), lease}] = count_of<M>(lease);
    const M* heard = last<M>();
    return heard ? *heard : M{};  // which fails what the test expects of it
  }
  // Waits for a heartbeat that is sent from now on and satisfies `test`.
  bool hear_heartbeat(const std::function<bool(const to_coordinator::Heartbeat&)>& test) {
    const std::size_t from = heard_.messages.size();
    return until([&] {
      for (std::size_t i = from; i < heard_.messages.size(); ++i)
        if (const auto* beat = std::get_if<to_coordinator::Heartbeat>(&heard_.messages[i].second))
          if (test(*beat)) return true;
      return false;
    });
  }
  static bool names(const std::vector<RunningJob>& running, const Lease& lease) {
    return std::any_of(running.begin(), running.end(),
                       [&](const RunningJob& job) { return job.lease == lease; });
  }

  // From a song that is made to one that is published.
  void publish(const Lease& lease) {
    next_of<to_coordinator::SongReady>(lease);
    give_ticket(lease);
    next_of<to_coordinator::Uploaded>(lease);
    send(to_worker::Accepted{lease});
    EXPECT_TRUE(hear_heartbeat([&](const auto& beat) { return !names(beat.running, lease); }));
  }
  std::size_t files_in_spool() const {
    const std::filesystem::directory_iterator songs(spool_ / "songs");
    return static_cast<std::size_t>(std::distance(begin(songs), end(songs)));
  }

  std::string endpoint_;  // of another coordinator than server_, under the same key
  SystemClock clock_;
  TemporaryFolder spool_;
  zmq::CurveKeyPair worker_keys_ = zmq::generate_key_pair();
  std::shared_ptr<FakeEngineScript> script_ = std::make_shared<FakeEngineScript>();
  FakeUploads uploads_;
  // So long that a machine that stalls makes no second report; tests of the repetition shorten it.
  std::chrono::milliseconds answer_timeout_{30'000};
  std::chrono::milliseconds leave_patience_{60'000};
  std::optional<Result<>> ended_;
  int hellos_ = 0;  // that have been answered
  std::map<std::pair<std::string, Lease>, int> seen_;
  std::unique_ptr<daemon::WorkerDaemon> daemon_;
};

}  // namespace musicfleet::testing
