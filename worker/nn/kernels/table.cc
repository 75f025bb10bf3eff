#include "worker/nn/kernels/table.h"

#include <ATen/Version.h>

#include <string>

namespace musicfleet::nn::kernels {
namespace {

const Table& best() {
#ifdef __x86_64__
  // libtorch's own choice, which asks the processor and ATEN_CPU_CAPABILITY.
  const std::string capability = at::get_cpu_capability();
  if (capability == "AVX512") return kAvx512;
  if (capability == "AVX2") return kAvx2;
#endif
  return kBaseline;
}

}  // namespace

const Table& table() {
  static const Table& chosen = best();
  return chosen;
}

}  // namespace musicfleet::nn::kernels
