// Messages of the fleet protocol whose words no encoder would lay like this (capnproto.org/encoding.html):
// attacks of few bytes that claim to be large.
#pragma once

#include "schema/fleet.capnp.h"

#include <capnp/message.h>
#include <capnp/serialize.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace musicfleet::testing {

// The bytes of a message of one segment.
inline std::vector<std::byte> message_of(const std::vector<std::uint64_t>& words) {
  std::vector<std::byte> out(8 * (words.size() + 1));
  const std::uint64_t table = static_cast<std::uint64_t>(words.size()) << 32;
  std::memcpy(out.data(), &table, 8);
  std::memcpy(out.data() + 8, words.data(), 8 * words.size());
  return out;
}

// `offset`: words from the end of the pointer to what it points to.
inline std::uint64_t struct_pointer(std::uint64_t offset, std::uint64_t data_words, std::uint64_t pointers) {
  return offset << 2 | data_words << 32 | pointers << 48;
}
// `size`: 2 for bytes, 7 for structs behind a tag; `count`: elements, for 7 their words.
inline std::uint64_t list_pointer(std::uint64_t offset, std::uint64_t size, std::uint64_t count) {
  return offset << 2 | 1 | size << 32 | count << 35;
}
// To a word of the only segment.
inline std::uint64_t far_pointer(std::uint64_t word) { return word << 3 | 2; }

// A heartbeat whose running jobs are so many structs of no size.
inline std::vector<std::byte> list_of_nothing(std::uint64_t elements) {
  return message_of({struct_pointer(0, 1, 1), 1, struct_pointer(0, 1, 1), 0, list_pointer(0, 7, 0),
                     elements << 2 /* the tag: neither data nor pointers */});
}

// A song's announcement with so many warnings, all of which are the same text of `length` bytes.
inline std::vector<std::byte> one_text_many_times(unsigned warnings, std::size_t length) {
  capnp::MallocMessageBuilder builder(1 << 17);  // one segment
  auto song = builder.initRoot<schema::ToCoordinator>().initSongReady();
  song.initLease().setJob("job_1");
  song.getLease().setEpoch(1);
  song.setSizeBytes(44);
  song.initSha256(32);
  song.setMediaType("audio/wav");
  song.setDurationMs(3'000);
  song.setSampleRateHz(48'000);
  song.setChannels(2);
  song.setModelName("tiny");
  song.initWarnings(warnings).set(0, std::string(length, 'a'));
  const auto flat = capnp::messageToFlatArray(builder);
  std::vector<std::uint64_t> words(flat.size());
  std::memcpy(words.data(), flat.begin(), 8 * words.size());
  // The pointer to the first warning, and after it the empty ones of all others.
  std::size_t at = 0;
  while (at < words.size() && ((words[at] & 3) != 1 || words[at] >> 32 != (2 | (length + 1) << 3))) ++at;
  for (unsigned i = 1; i < warnings && at + i < words.size(); ++i)
    words[at + i] = words[at] - (std::uint64_t{i} << 2);
  std::vector<std::byte> out(8 * words.size());
  std::memcpy(out.data(), words.data(), out.size());
  return out;
}

}  // namespace musicfleet::testing
