// musicfleet-dispatch-client: orders no-op jobs and waits for each, so many at a time. Reads one line of JSON
// a measurement ({"port", "key", "in_flight", "warm_up", "jobs"}) and answers it with one ({"jobs_per_s",
// "p50_ms", "p99_ms", "cpu_s"}).
#include "tests/bench/dispatch/job_client.h"

#include <nlohmann/json.hpp>
#include <sys/resource.h>

#include <algorithm>
#include <iostream>
#include <memory>

namespace {

using namespace musicfleet;
using std::chrono::steady_clock;

double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double milliseconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

nlohmann::json measure(const nlohmann::json& task) {
  const int warm_up = task.at("warm_up"), jobs = task.at("jobs");
  int ordered = 0, ended = 0;
  steady_clock::time_point begun, last;
  std::vector<std::chrono::nanoseconds> latencies;
  latencies.reserve(static_cast<std::size_t>(jobs));
  const auto next = [&] { return ordered++ < warm_up + jobs; };
  const auto on_end = [&](std::chrono::nanoseconds latency) {
    last = steady_clock::now();
    if (++ended == warm_up) begun = last;
    if (ended > warm_up) latencies.push_back(latency);
  };
  boost::asio::io_context loop(1);
  const double cpu_before = processor_seconds();
  std::vector<std::unique_ptr<bench::JobClient>> clients;
  for (int i = 0; i < task.at("in_flight").get<int>(); ++i) {
    clients.push_back(
        std::make_unique<bench::JobClient>(loop, task.at("port"), task.at("key"), next, on_end));
    clients.back()->start();
  }
  loop.run();
  std::sort(latencies.begin(), latencies.end());
  const auto quantile = [&](double share) {
    return milliseconds(
        latencies[static_cast<std::size_t>(share * static_cast<double>(latencies.size() - 1))]);
  };
  const double seconds = milliseconds(last - begun) / 1000;
  return {{"jobs_per_s", jobs / seconds},
          {"p50_ms", quantile(0.5)},
          {"p99_ms", quantile(0.99)},
          {"seconds", seconds},
          {"cpu_s", processor_seconds() - cpu_before}};
}

}  // namespace

int main() {
  try {
    for (std::string line; std::getline(std::cin, line);)
      std::cout << measure(nlohmann::json::parse(line)).dump() << std::endl;
  } catch (const std::exception& failure) {
    std::cerr << "musicfleet-dispatch-client: " << failure.what() << '\n';
    return 1;
  }
  return 0;
}
