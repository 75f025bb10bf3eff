// The device that the engine's tensors are on, opened and checked: for a GPU the driver's answers are judged,
// libtorch's CUDA half is loaded and told to compute alike from run to run. Used by the thread that owns the
// tensors; `open` comes before anything asks libtorch about CUDA.
#pragma once

#include "common/result.h"
#include "worker/device/device_name.h"

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include <cstdint>
#include <string>

namespace musicfleet::device {

class ComputeDevice {
 public:
  // Errors: those of judge() and load_cuda_libraries(), and what libtorch says when it cannot use the GPU.
  static Result<ComputeDevice> open(const DeviceName& name, c10::ScalarType type);

  c10::Device device() const { return device_; }
  // "cpu", "cuda:0 NVIDIA GeForce RTX 4090"
  const std::string& description() const { return description_; }

  // Bytes that a job may take: what the device has free and what libtorch holds back from earlier jobs, less
  // what CUDA's libraries take for themselves. On the CPU what the host has available.
  std::uint64_t free_bytes() const;
  // Gives what earlier jobs have left behind back to the device.
  void release_caches() const;
  // Waits until everything that was asked of the device is done.
  void synchronize() const;

 private:
  ComputeDevice(c10::Device device, std::string description)
      : device_(device), description_(std::move(description)) {}

  c10::Device device_;
  std::string description_;
};

}  // namespace musicfleet::device
