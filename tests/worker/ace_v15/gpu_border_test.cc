#include "worker/ace_v15/gpu_border.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace musicfleet::ace_v15 {
namespace {

template <class Thrown>
Error error_of(const Thrown& thrown) {
  const Result<> result = guarded("making the song", [&]() -> Result<> { throw thrown; });
  return result ? Error{ErrorCode::kConflict, "no error at all"} : result.error();
}

c10::SourceLocation here() { return {__func__, __FILE__, __LINE__}; }

TEST(GpuBorder, MemoryThatRunsOutIsKnownInEachOfItsGuises) {
  EXPECT_EQ(error_of(c10::OutOfMemoryError(here(), "CUDA out of memory.")).code, ErrorCode::kOutOfMemory);
  EXPECT_EQ(error_of(c10::AcceleratorError(here(), 2, "CUDA error: out of memory")).code,
            ErrorCode::kOutOfMemory);
  EXPECT_EQ(error_of(std::bad_alloc()).code, ErrorCode::kOutOfMemory);
  for (const char* message : {"CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasCreate(handle)`",
                              "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
                              "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
                              "DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes."})
    EXPECT_EQ(error_of(c10::Error(here(), message)).code, ErrorCode::kOutOfMemory) << message;
}

TEST(GpuBorder, AnythingElseIsInternalAndSaysWhatWasBeingDone) {
  const Error fault =
      error_of(c10::AcceleratorError(here(), 700, "CUDA error: an illegal memory access was encountered"));
  EXPECT_EQ(fault.code, ErrorCode::kInternal);
  EXPECT_THAT(fault.message, ::testing::StartsWith("making the song: CUDA error: an illegal memory access"));
  EXPECT_EQ(error_of(c10::Error(here(), "shapes differ")).code, ErrorCode::kInternal);
  EXPECT_EQ(error_of(std::runtime_error("torn")).message, "making the song: torn");
}

}  // namespace
}  // namespace musicfleet::ace_v15
