#include "worker/device/device_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace musicfleet::device {
namespace {

TEST(DeviceNames, AreCpuOrCudaWithAnIndex) {
  EXPECT_EQ(parse_device("cpu"), (DeviceName{false, 0}));
  EXPECT_EQ(parse_device("cuda"), (DeviceName{true, 0}));
  EXPECT_EQ(parse_device("cuda:0"), (DeviceName{true, 0}));
  EXPECT_EQ(parse_device("cuda:11"), (DeviceName{true, 11}));
}

TEST(DeviceNames, AreWrittenAsTheyAreRead) {
  for (const char* name : {"cpu", "cuda:0", "cuda:3"}) EXPECT_EQ(text_of(parse_device(name).value()), name);
}

TEST(DeviceNames, AnythingElseIsRefusedWithTheField) {
  for (const char* name :
       {"", "gpu", "CPU", "cuda:", "cuda:-1", "cuda:1x", "cuda: 1", "cuda:64", "cuda:99999999999", "cpu:0"}) {
    const Result<DeviceName> parsed = parse_device(name);
    ASSERT_FALSE(parsed) << name;
    EXPECT_EQ(parsed.error().param, "device");
    EXPECT_THAT(parsed.error().message, ::testing::HasSubstr(std::string("'") + name + "'"));
  }
}

}  // namespace
}  // namespace musicfleet::device
