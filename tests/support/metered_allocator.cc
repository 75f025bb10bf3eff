#include "tests/support/metered_allocator.h"

#include <c10/core/CPUAllocator.h>
#include <c10/util/Exception.h>

#include <cstddef>
#include <cstring>
#include <mutex>
#include <unordered_map>

namespace musicfleet::testing {
namespace {

// Above the default allocator's, so that the latest call wins.
constexpr std::uint8_t kPriority = 255;

// What is live, counted for the process: blocks may outlive the allocator that made them. A block of it is a
// block of the default allocator and nothing else, because oneDNN frees its packed weights through whichever
// allocator is installed then.
class Blocks {
 public:
  void add(void* data, std::size_t size) {
    const std::lock_guard lock(mutex_);
    sizes_[data] = size;
  }
  void remove(void* data) {
    const std::lock_guard lock(mutex_);
    const auto block = sizes_.find(data);
    if (block == sizes_.end()) return;
    live -= block->second;
    sizes_.erase(block);
  }
  std::atomic<std::uint64_t> live{0};

 private:
  std::mutex mutex_;
  std::unordered_map<void*, std::size_t> sizes_;
};

Blocks& blocks() {
  static Blocks all;
  return all;
}

void release(void* data) {
  blocks().remove(data);
  c10::GetDefaultCPUAllocator()->raw_deallocate(data);
}

}  // namespace

MeteredAllocator::MeteredAllocator() {
  c10::SetCPUAllocator(this, kPriority);
  forget_peak();
}

MeteredAllocator::~MeteredAllocator() { c10::SetCPUAllocator(c10::GetDefaultCPUAllocator(), kPriority); }

std::uint64_t MeteredAllocator::live() const { return blocks().live; }

c10::DataPtr MeteredAllocator::allocate(std::size_t size) {
  const std::uint64_t live = blocks().live += size;
  if (live > limit_) {
    blocks().live -= size;
    ++refusals_;
    TORCH_CHECK_WITH(OutOfMemoryError, false, "tried to allocate ", size, " bytes past the limit of ",
                     limit_.load());
  }
  std::uint64_t peak = peak_;
  while (live > peak && !peak_.compare_exchange_weak(peak, live)) {
  }
  void* data = c10::GetDefaultCPUAllocator()->raw_allocate(size);
  if (data == nullptr) return {nullptr, nullptr, &release, c10::DeviceType::CPU};
  blocks().add(data, size);
  return {data, data, &release, c10::DeviceType::CPU};
}

c10::DeleterFnPtr MeteredAllocator::raw_deleter() const { return &release; }

void MeteredAllocator::copy_data(void* dest, const void* src, std::size_t count) const {
  std::memcpy(dest, src, count);
}

}  // namespace musicfleet::testing
