#include "worker/device/compute_device.h"

#include "worker/device/cuda_libraries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace musicfleet::device {
namespace {

TEST(ComputeDevice, TheCpuIsAlwaysThere) {
  const auto cpu = ComputeDevice::open(parse_device("cpu").value(), c10::kFloat);
  ASSERT_TRUE(cpu);
  EXPECT_TRUE(cpu->device().is_cpu());
  EXPECT_EQ(cpu->description(), "cpu");
  EXPECT_GT(cpu->free_bytes(), 0u);
  cpu->release_caches();
  cpu->synchronize();
}

TEST(ComputeDevice, AGpuThatCannotBeThereIsRefusedInWords) {
  const auto gpu = ComputeDevice::open({.cuda = true, .index = 63}, c10::kFloat);
  ASSERT_FALSE(gpu);
  // Which of the reasons it is depends on the machine.
  EXPECT_THAT(gpu.error().message,
              ::testing::AnyOf(::testing::HasSubstr("script/bootstrap --cuda"),
                               ::testing::HasSubstr("NVIDIA driver"), ::testing::HasSubstr("cuda:63")));
}

TEST(TorchFolder, HoldsTheLibtorchThatThisProgramRunsWith) {
  const auto folder = torch_folder();
  ASSERT_TRUE(folder) << folder.error().message;
  EXPECT_TRUE(std::filesystem::exists(*folder / "libtorch_cpu.so"));
}

}  // namespace
}  // namespace musicfleet::device
