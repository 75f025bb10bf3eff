// Buys one song as the coordinator does, for the end-to-end tests: base URL, key file, file for the song,
// seconds of music, file of trusted certificates ("-": the system's), milliseconds for the first byte, for
// idleness and in all. Prints what came of it as a line of JSON; the log goes to standard error.
#include "coordinator/providers/elevenlabs.h"
#include "coordinator/providers/key_file.h"

#include <boost/asio/executor_work_guard.hpp>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <iostream>
#include <span>

namespace {

using namespace musicfleet;
using namespace musicfleet::providers;

nlohmann::json json_of(const PurchaseResult& result) {
  return {{"bought", name_of(result.bought)},
          {"trouble", name_of(result.trouble)},
          {"tries", result.tries},
          {"problem", result.last.problem},
          {"song_id", result.last.vendor_song},
          {"size", result.last.size_bytes},
          {"sha256", to_hex(result.last.sha256)}};
}

std::chrono::milliseconds milliseconds_of(const char* text) {
  return std::chrono::milliseconds(std::atoi(text));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 9) return 2;
  const std::span<char*> words(argv, static_cast<std::size_t>(argc));
  const auto key = read_key(words[2]);
  if (!key) {
    std::cerr << key.error().message << '\n';
    return 1;
  }
  ElevenLabsOptions options;
  options.target.base_url = words[1];
  if (std::string_view(words[5]) != "-") options.target.ca_file = words[5];
  options.target.limits.first_byte = milliseconds_of(words[6]);
  options.target.limits.idle = milliseconds_of(words[7]);
  options.target.limits.total = milliseconds_of(words[8]);
  options.queue.retry = {std::chrono::milliseconds(20), std::chrono::milliseconds(50)};
  JobSpec spec;
  spec.prompt = "a secret wish";
  spec.duration = std::chrono::seconds(std::atoi(words[4]));
  spec.format = {AudioContainer::kMp3, 44100, 128};

  boost::asio::io_context loop;
  const auto stay = boost::asio::make_work_guard(loop);  // requests run on a thread of their own
  const SystemClock clock;
  const LogOutput output(LogLevel::kInfo);
  ElevenLabs shop(loop, clock, options, {*key}, Log(output, "elevenlabs"));
  shop.buy(order_of(spec, "music_v1").value(), words[3], std::chrono::minutes(1),
           [&](const PurchaseResult& result) {
             std::cout << json_of(result).dump() << std::endl;
             loop.stop();
           });
  loop.run();
  return 0;
}
