// What a peer of version 1 of the fleet protocol writes and reads, by the frozen schema of that version.
#pragma once

#include "fleet_v1.capnp.h"

#include <capnp/message.h>
#include <capnp/serialize.h>

#include <cstring>
#include <functional>
#include <span>
#include <vector>

namespace musicfleet::testing {

namespace v1 = ::musicfleet::schema_v1;

// The bytes of a v1::ToCoordinator or v1::ToWorker.
template <class Root>
std::vector<std::byte> written_by_v1(const std::function<void(typename Root::Builder)>& fill) {
  capnp::MallocMessageBuilder builder;
  fill(builder.initRoot<Root>());
  const auto words = capnp::messageToFlatArray(builder);
  const auto raw = words.asBytes();
  std::vector<std::byte> bytes(raw.size());
  std::memcpy(bytes.data(), raw.begin(), raw.size());
  return bytes;
}

// The bytes as version 1 reads them.
template <class Root>
class ReadByV1 {
 public:
  explicit ReadByV1(std::span<const std::byte> bytes)
      : words_(kj::heapArray<capnp::word>(bytes.size() / sizeof(capnp::word))) {
    std::memcpy(words_.asBytes().begin(), bytes.data(), bytes.size());
    reader_ = kj::heap<capnp::FlatArrayMessageReader>(words_);
  }
  typename Root::Reader root() { return reader_->template getRoot<Root>(); }

 private:
  kj::Array<capnp::word> words_;
  kj::Own<capnp::FlatArrayMessageReader> reader_;
};

inline void fill_lease(v1::Lease::Builder out, const char* job, std::uint32_t epoch) {
  out.setJob(job);
  out.setEpoch(epoch);
}

inline void fill_hello(v1::ToCoordinator::Builder out) {
  auto hello = out.initHello();
  hello.setProtocolVersion(1);
  hello.setMinProtocolVersion(1);
  hello.setSoftwareVersion("0.1.0");
  hello.setDevice("cpu");
  hello.setSlots(2);
  auto model = hello.initModels(1)[0];
  model.setName("tiny");
  model.setFamily("ace_v15");
  model.setVariant("turbo");
}

inline void fill_song(v1::ToCoordinator::Builder out, const char* job, std::uint32_t epoch) {
  auto ready = out.initSongReady();
  fill_lease(ready.initLease(), job, epoch);
  ready.setSizeBytes(44);
  ready.initSha256(32);
  ready.setMediaType("audio/wav");
  ready.setDurationMs(3'000);
  ready.setSampleRateHz(48'000);
  ready.setChannels(2);
  ready.setModelName("tiny");
}

}  // namespace musicfleet::testing
