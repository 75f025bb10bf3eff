// What the NVIDIA driver says of a machine, and whether musicfleet can work with it. The facts are read from
// the driver's own library without any of CUDA's other libraries; the verdict is a pure function of them. Any
// thread.
#pragma once

#include "common/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace musicfleet::device {

struct CudaDevice {
  std::string name;          // "NVIDIA GeForce RTX 4090"
  int major = 0, minor = 0;  // of its compute capability
  std::uint64_t total_bytes = 0;

  bool operator==(const CudaDevice&) const = default;
};

struct CudaFacts {
  std::string missing;         // why the driver could not be asked; empty: it answered
  int cuda_version = 0;        // the newest that the driver serves: 13000 is CUDA 13.0
  std::string driver_release;  // "580.95.05"; empty when unknown
  std::vector<CudaDevice> devices;

  bool operator==(const CudaFacts&) const = default;
};

// Asks the driver. library: what the system calls it.
CudaFacts read_cuda_facts(const std::string& library = "libcuda.so.1");

// The device that `index` names, or a refusal that says what is wrong and what would help: no driver, too old
// a driver, no such device, too old a GPU (for bf16: one without bf16). Errors: kUnavailable;
// kInvalidArgument with the field for the last two.
Result<CudaDevice> judge(const CudaFacts& facts, int index, bool bf16);

// The driver's release in what /proc/driver/nvidia/version holds; empty when it is not there.
std::string release_of(std::string_view version_file);

}  // namespace musicfleet::device
