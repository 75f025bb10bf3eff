#include "tests/support/metered_allocator.h"

#include <c10/core/CPUAllocator.h>
#include <c10/util/Exception.h>

#include <cstddef>
#include <cstring>

namespace musicfleet::testing {
namespace {

// Above the default allocator's, so that the latest call wins.
constexpr std::uint8_t kPriority = 255;

// Blocks may outlive the allocator that made them: what is live is counted for the process.
std::atomic<std::uint64_t>& live_bytes() {
  static std::atomic<std::uint64_t> bytes{0};
  return bytes;
}

// In front of each block, as wide as the alignment that kernels rely on: libtorch frees by the block's
// address alone.
constexpr std::size_t kHeader = 64;

void release(void* data) {
  if (data == nullptr) return;
  void* base = static_cast<std::byte*>(data) - kHeader;
  std::size_t size = 0;
  std::memcpy(&size, base, sizeof size);
  live_bytes() -= size;
  c10::GetDefaultCPUAllocator()->raw_deallocate(base);
}

}  // namespace

MeteredAllocator::MeteredAllocator() {
  c10::SetCPUAllocator(this, kPriority);
  forget_peak();
}

MeteredAllocator::~MeteredAllocator() { c10::SetCPUAllocator(c10::GetDefaultCPUAllocator(), kPriority); }

std::uint64_t MeteredAllocator::live() const { return live_bytes(); }

c10::DataPtr MeteredAllocator::allocate(std::size_t size) {
  const std::uint64_t live = live_bytes() += size;
  if (live > limit_) {
    live_bytes() -= size;
    ++refusals_;
    TORCH_CHECK_WITH(OutOfMemoryError, false, "tried to allocate ", size, " bytes past the limit of ",
                     limit_.load());
  }
  std::uint64_t peak = peak_;
  while (live > peak && !peak_.compare_exchange_weak(peak, live)) {
  }
  if (size == 0) return {nullptr, nullptr, &release, c10::DeviceType::CPU};
  auto* base = static_cast<std::byte*>(c10::GetDefaultCPUAllocator()->raw_allocate(size + kHeader));
  std::memcpy(base, &size, sizeof size);
  return {base + kHeader, base + kHeader, &release, c10::DeviceType::CPU};
}

c10::DeleterFnPtr MeteredAllocator::raw_deleter() const { return &release; }

void MeteredAllocator::copy_data(void* dest, const void* src, std::size_t count) const {
  std::memcpy(dest, src, count);
}

}  // namespace musicfleet::testing
