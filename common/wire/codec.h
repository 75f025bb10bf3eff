// Turns the messages of the fleet protocol into bytes and back: one message is one Cap'n Proto flat array of
// schema/fleet.capnp. Bytes come from a network: decoding believes nothing, checks everything against the
// limits below and never throws. Knows nothing of sockets. Any thread.
#pragma once

#include "common/fleet_messages.h"
#include "common/result.h"

#include <cstddef>
#include <span>
#include <vector>

namespace musicfleet::wire {

// Of one message; a socket refuses longer frames with the same number.
inline constexpr std::size_t kMaxMessageBytes = std::size_t{1} << 20;

// What a decoded message may hold at most; more is refused as kCorrupt.
struct WireLimits {
  static constexpr unsigned kRunningJobs = 256;
  static constexpr unsigned kModels = 64;
  static constexpr unsigned kSlots = 64;
  static constexpr unsigned kWarnings = 64;
  static constexpr unsigned kHeaders = 64;
  static constexpr std::size_t kNameBytes = 256;    // ids, names of models and headers, media types
  static constexpr std::size_t kTextBytes = 8'192;  // sentences, URLs, header values
  static constexpr std::uint64_t kSongBytes = std::uint64_t{1} << 30;
  static constexpr std::uint64_t kMemoryBytes = std::uint64_t{1}
                                                << 50;  // of a device, or of a second of music
};

// The protocol version that this build speaks, and the oldest that it still understands.
int protocol_version();
int min_protocol_version();
// The first protocol version that knows this kind of message: it is for no peer of an older one.
int version_of(const to_worker::Message& message);

// Never fails: numbers that a field cannot hold are sent as the nearest that it can; reasons, failures and
// warnings are cut to what the other side takes.
std::vector<std::byte> encode(const to_coordinator::Message& message);
std::vector<std::byte> encode(const to_worker::Message& message);

// kCorrupt with the reason for bytes that are not a message of this protocol, or whose fields are out of
// range; kNotFound for a kind of message that this version does not know, which is to be ignored.
Result<to_coordinator::Message> decode_to_coordinator(std::span<const std::byte> bytes);
Result<to_worker::Message> decode_to_worker(std::span<const std::byte> bytes);

}  // namespace musicfleet::wire
