#include "worker/device/cuda_facts.h"

#include "worker/device/shared_library.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <sstream>

namespace musicfleet::device {
namespace {

// Of libtorch 2.11's CUDA 13 build: what its libraries were compiled for.
constexpr int kWantedCuda = 13000;
constexpr const char* kWantedRelease = "580";
constexpr int kWantedMajor = 7, kWantedMinor = 5;
constexpr int kBf16Major = 8;

// The CUDA driver API, as far as it is used (cuda.h; part of the driver's stable ABI).
using CuInit = int(unsigned);
using CuGetNumber = int(int*);
using CuDeviceGet = int(int* device, int ordinal);
using CuDeviceGetName = int(char* name, int size, int device);
using CuDeviceGetAttribute = int(int* value, int attribute, int device);
using CuDeviceTotalMem = int(std::size_t* bytes, int device);
constexpr int kComputeCapabilityMajor = 75, kComputeCapabilityMinor = 76;  // CUdevice_attribute
constexpr int kNoDevice = 100;                                             // CUDA_ERROR_NO_DEVICE

CudaDevice read_device(const SharedLibrary& driver, int ordinal) {
  CudaDevice found;
  int device = 0;
  if (driver.function<CuDeviceGet>("cuDeviceGet")(&device, ordinal) != 0) return found;
  std::array<char, 256> name{};
  driver.function<CuDeviceGetName>("cuDeviceGetName")(name.data(), static_cast<int>(name.size()) - 1, device);
  found.name = name.data();
  auto* attribute = driver.function<CuDeviceGetAttribute>("cuDeviceGetAttribute");
  attribute(&found.major, kComputeCapabilityMajor, device);
  attribute(&found.minor, kComputeCapabilityMinor, device);
  std::size_t bytes = 0;
  driver.function<CuDeviceTotalMem>("cuDeviceTotalMem_v2")(&bytes, device);
  found.total_bytes = bytes;
  return found;
}

std::string list_of(const std::vector<CudaDevice>& devices) {
  std::string text;
  for (std::size_t i = 0; i < devices.size(); ++i)
    text += concat(i ? ", " : "", "cuda:", i, " (", devices[i].name, ")");
  return text;
}

// "580.65", "580.95.05"
bool is_release(std::string_view word) {
  const auto part = [](char c) { return (c >= '0' && c <= '9') || c == '.'; };
  const auto dots = std::count(word.begin(), word.end(), '.');
  return std::all_of(word.begin(), word.end(), part) && (dots == 1 || dots == 2) && word.front() != '.' &&
         word.back() != '.' && word.find("..") == std::string_view::npos;
}

}  // namespace

std::string release_of(std::string_view version_file) {
  // "NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.95.05  Tue Sep 23 …"
  const auto module = version_file.find("Module");
  if (module == std::string_view::npos) return {};
  std::istringstream line(std::string(version_file.substr(module, version_file.find('\n', module) - module)));
  for (std::string word; line >> word;)
    if (is_release(word)) return word;
  return {};
}

CudaFacts read_cuda_facts(const std::string& library) {
  CudaFacts facts;
  std::ifstream version("/proc/driver/nvidia/version");
  facts.driver_release = release_of(std::string(std::istreambuf_iterator<char>(version), {}));
  const Result<SharedLibrary> driver = SharedLibrary::open(library);
  if (!driver) {
    facts.missing = driver.error().message;
    return facts;
  }
  for (const char* needed : {"cuInit", "cuDriverGetVersion", "cuDeviceGetCount", "cuDeviceGet",
                             "cuDeviceGetName", "cuDeviceGetAttribute", "cuDeviceTotalMem_v2"})
    if (!driver->has(needed)) {
      facts.missing = concat(library, " has no ", needed);
      return facts;
    }
  // The version may be asked before the driver is initialised, which an old one or one without its kernel
  // module refuses.
  driver->function<CuGetNumber>("cuDriverGetVersion")(&facts.cuda_version);
  if (const int error = driver->function<CuInit>("cuInit")(0); error != 0) {
    if (error != kNoDevice) facts.missing = concat("cuInit answers with error ", error);
    return facts;
  }
  int count = 0;
  driver->function<CuGetNumber>("cuDeviceGetCount")(&count);
  for (int i = 0; i < count; ++i) facts.devices.push_back(read_device(*driver, i));
  return facts;
}

Result<CudaDevice> judge(const CudaFacts& facts, int index, bool bf16) {
  const std::string driver = facts.driver_release.empty() ? std::string("the NVIDIA driver")
                                                          : "NVIDIA driver " + facts.driver_release;
  if (facts.cuda_version != 0 && facts.cuda_version < kWantedCuda)
    return fail(ErrorCode::kUnavailable, driver, " is too old: it serves CUDA ", facts.cuda_version / 1000,
                '.', facts.cuda_version % 1000 / 10, ", musicfleet needs CUDA 13, which came with driver ",
                kWantedRelease);
  if (!facts.missing.empty())
    return fail(ErrorCode::kUnavailable, "no usable NVIDIA driver (", kWantedRelease,
                " or newer): ", facts.missing);
  if (facts.devices.empty())
    return fail(ErrorCode::kUnavailable, driver,
                " shows no GPU to this process (is CUDA_VISIBLE_DEVICES set?)");
  if (index < 0 || static_cast<std::size_t>(index) >= facts.devices.size())
    return fail_field("device", "is cuda:", index, ", but this machine has ", facts.devices.size(),
                      facts.devices.size() == 1 ? " GPU: " : " GPUs: ", list_of(facts.devices));
  const CudaDevice& device = facts.devices[static_cast<std::size_t>(index)];
  const auto too_old = [&](std::string_view for_what, int major, int minor) {
    return fail_field("device", "is cuda:", index, ", ", device.name, " of compute capability ", device.major,
                      '.', device.minor, "; ", for_what, " needs ", major, '.', minor, " or newer");
  };
  if (std::pair(device.major, device.minor) < std::pair(kWantedMajor, kWantedMinor))
    return too_old("CUDA 13", kWantedMajor, kWantedMinor);
  if (bf16 && device.major < kBf16Major) return too_old("bf16", kBf16Major, 0);
  return device;
}

}  // namespace musicfleet::device
