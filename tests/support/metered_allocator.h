// A CPU allocator for libtorch that counts what is live and can be given a limit, past which it fails as
// libtorch's own does on a device without memory. Installed for as long as it lives; one at a time. Counters
// may be read from any thread.
#pragma once

#include <c10/core/Allocator.h>

#include <atomic>
#include <cstdint>
#include <limits>

namespace musicfleet::testing {

class MeteredAllocator final : public c10::Allocator {
 public:
  MeteredAllocator();
  // What was allocated through it stays valid.
  ~MeteredAllocator() override;

  // Throws c10::OutOfMemoryError when more than the limit would be live.
  c10::DataPtr allocate(std::size_t size) override;
  c10::DeleterFnPtr raw_deleter() const override;
  void copy_data(void* dest, const void* src, std::size_t count) const override;

  // Of live bytes; none by default.
  void set_limit(std::uint64_t bytes) { limit_ = bytes; }
  void lift_limit() { limit_ = std::numeric_limits<std::uint64_t>::max(); }

  std::uint64_t live() const;
  std::uint64_t peak() const { return peak_; }
  int refusals() const { return refusals_; }
  // The peak counts from what is live now.
  void forget_peak() { peak_ = live(); }

 private:
  std::atomic<std::uint64_t> limit_{std::numeric_limits<std::uint64_t>::max()};
  std::atomic<std::uint64_t> peak_{0};
  std::atomic<int> refusals_{0};
};

}  // namespace musicfleet::testing
