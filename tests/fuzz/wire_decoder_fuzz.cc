// libFuzzer: bytes from the network as both sides read them. Whatever is taken must survive its own round
// trip. The first byte chooses the side; mutations start from one good message of every kind.
#include "common/wire/codec.h"
#include "tests/support/fleet_samples.h"

#include <cstdlib>
#include <cstring>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

using musicfleet::wire::decode_to_coordinator;
using musicfleet::wire::decode_to_worker;
using musicfleet::wire::encode;

std::vector<std::vector<std::byte>> seeds() {
  std::vector<std::vector<std::byte>> all;
  const auto add = [&](std::byte side, const std::vector<std::byte>& message) {
    all.emplace_back(1, side).insert(all.back().end(), message.begin(), message.end());
  };
  for (const auto& message : musicfleet::testing::every_message_to_coordinator())
    add(std::byte{0}, encode(message));
  for (const auto& message : musicfleet::testing::every_message_to_worker())
    add(std::byte{1}, encode(message));
  return all;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  static const std::vector<std::vector<std::byte>> kSeeds = seeds();
  const std::vector<std::byte>& start = kSeeds[seed % kSeeds.size()];
  if (seed % 16 == 0 && start.size() <= max_size) {
    std::memcpy(data, start.data(), start.size());
    size = start.size();
  }
  return LLVMFuzzerMutate(data, size, max_size);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto bytes = std::as_bytes(std::span(data + 1, size - 1));
  if (data[0] % 2 == 0) {
    if (const auto message = decode_to_coordinator(bytes);
        message && !decode_to_coordinator(encode(*message)))
      std::abort();
  } else {
    if (const auto message = decode_to_worker(bytes); message && !decode_to_worker(encode(*message)))
      std::abort();
  }
  return 0;
}
