// musicfleet-dispatch-worker: no-op workers for script/bench dispatch and api, many in one process, each with
// a key of its own. Prints their public keys as one JSON list, then reads one line of JSON: {"endpoint",
// "server_key"}; by then the coordinator lets these keys in. Ends when its input does, and prints the
// processor time that it took.
//
//   musicfleet-dispatch-worker WORKERS SLOTS result|song|never [SONG_BYTES]
#include "tests/bench/dispatch/noop_worker.h"
#include "tests/bench/dispatch/upload_pool.h"

#include <boost/asio/post.hpp>
#include <nlohmann/json.hpp>
#include <sys/resource.h>

#include <iostream>
#include <memory>
#include <optional>

namespace {

using namespace musicfleet;

constexpr int kUploadThreads = 8;

// A thousand connections of libzmq take some thousand descriptors.
void allow_descriptors() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::optional<bench::JobEnd> end_of(const std::string& name) {
  if (name == "result") return bench::JobEnd::kResult;
  if (name == "song") return bench::JobEnd::kSong;
  if (name == "never") return bench::JobEnd::kNever;
  return std::nullopt;
}

int run(int count, int slots, bench::JobEnd end, const std::string& song) {
  std::vector<zmq::CurveKeyPair> keys;
  nlohmann::json public_keys = nlohmann::json::array();
  for (int i = 0; i < count; ++i) {
    keys.push_back(zmq::generate_key_pair());
    public_keys.push_back(keys.back().public_key);
  }
  std::cout << public_keys.dump() << std::endl;
  std::string line;
  std::getline(std::cin, line);
  const auto settings = nlohmann::json::parse(line);

  boost::asio::io_context loop(1);
  const SystemClock clock;
  const LogOutput log(LogLevel::kError);
  bench::UploadPool uploads(loop, end == bench::JobEnd::kSong ? kUploadThreads : 0, song);
  const auto upload = [&](const to_worker::Ticket& ticket, std::function<void()> done) {
    uploads.put(ticket, std::move(done));
  };
  std::vector<std::unique_ptr<bench::NoopWorker>> workers;
  for (const zmq::CurveKeyPair& pair : keys) {
    daemon::LinkOptions options;
    options.endpoint = settings.at("endpoint");
    options.server_key = settings.at("server_key");
    options.keys = pair;
    workers.push_back(
        std::make_unique<bench::NoopWorker>(loop, clock, log, std::move(options), slots, end, song, upload));
    workers.back()->start();
  }
  std::thread input([&] {
    while (std::getline(std::cin, line)) continue;
    boost::asio::post(loop, [&] { loop.stop(); });
  });
  const auto work = boost::asio::make_work_guard(loop);
  loop.run();
  input.join();
  std::cout << nlohmann::json{{"cpu_s", processor_seconds()}}.dump() << std::endl;
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const auto end = argc == 4 || argc == 5 ? end_of(argv[3]) : std::nullopt;
  if (!end) {
    std::cerr << "usage: musicfleet-dispatch-worker WORKERS SLOTS result|song|never [SONG_BYTES]\n";
    return 2;
  }
  allow_descriptors();
  const std::size_t song_bytes = argc == 5 ? std::stoul(argv[4]) : 10;
  return run(std::stoi(argv[1]), std::stoi(argv[2]), *end, std::string(song_bytes, 'o'));
}
