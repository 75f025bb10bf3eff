#include "worker/device/compute_device.h"

#include "worker/device/cuda_facts.h"
#include "worker/device/cuda_libraries.h"
#include "worker/device/host_memory.h"

#include <ATen/Context.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <c10/util/Exception.h>

#include <algorithm>

namespace musicfleet::device {
namespace {

// Left to the work spaces of cuBLAS and cuDNN and to fragments: an allowance, for no counter of ours sees
// them.
constexpr std::uint64_t kCudaReserve = std::uint64_t{512} << 20;

// Without TF32 fp32 means fp32; without cuDNN's free choice of kernels the same song has the same samples.
void compute_alike() {
  at::Context& context = at::globalContext();
  context.setAllowTF32CuBLAS(false);
  context.setAllowTF32CuDNN(false);
  context.setBenchmarkCuDNN(false);
  context.setDeterministicCuDNN(true);
}

}  // namespace

Result<ComputeDevice> ComputeDevice::open(const DeviceName& name, c10::ScalarType type) {
  if (!name.cuda) return ComputeDevice(c10::Device(c10::kCPU), "cpu");
  MF_CHECK(load_cuda_libraries(MF_TRY(torch_folder())));
  const CudaDevice found = MF_TRY(judge(read_cuda_facts(), name.index, type == c10::kBFloat16));
  try {
    at::globalContext().lazyInitDevice(c10::kCUDA);
    compute_alike();
    return ComputeDevice(c10::Device(c10::kCUDA, static_cast<c10::DeviceIndex>(name.index)),
                         concat(text_of(name), " ", found.name));
  } catch (const c10::Error& error) {
    return fail(ErrorCode::kUnavailable, text_of(name), ": ", error.what_without_backtrace());
  }
}

std::uint64_t ComputeDevice::free_bytes() const {
  if (device_.is_cpu()) return free_host_bytes();
  c10::DeviceAllocator* allocator = c10::getDeviceAllocator(device_.type());
  const auto [free, total] = allocator->getMemoryInfo(device_.index());
  const c10::CachingDeviceAllocator::DeviceStats stats = allocator->getDeviceStats(device_.index());
  constexpr std::size_t kAll = static_cast<std::size_t>(c10::CachingAllocator::StatType::AGGREGATE);
  const std::int64_t cached = stats.reserved_bytes[kAll].current - stats.allocated_bytes[kAll].current;
  const std::uint64_t usable = free + static_cast<std::uint64_t>(std::max<std::int64_t>(cached, 0));
  return usable - std::min(usable, kCudaReserve);
}

void ComputeDevice::release_caches() const {
  if (!device_.is_cpu()) c10::getDeviceAllocator(device_.type())->emptyCache();
}

void ComputeDevice::synchronize() const {
  if (!device_.is_cpu()) c10::impl::VirtualGuardImpl(device_.type()).synchronizeDevice(device_.index());
}

}  // namespace musicfleet::device
