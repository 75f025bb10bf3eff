#include "worker/device/host_memory.h"

#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace musicfleet::device {
namespace {

constexpr std::uint64_t kGigabyte = 1'000'000'000;

class HostMemory : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; }
  std::uint64_t free() { return free_host_bytes(folder_.path(), folder_.path()); }
  testing::TemporaryFolder folder_;
};

TEST_F(HostMemory, IsWhatTheKernelCallsAvailable) {
  write("meminfo",
        "MemTotal:       24000000 kB\nMemFree:  1 kB\nMemAvailable:   12345678 kB\nCached: 3 kB\n");
  EXPECT_EQ(free(), std::uint64_t{12'345'678} * 1024);
}

TEST_F(HostMemory, IsLessInAControlGroupWithALimit) {
  write("meminfo", "MemAvailable:   12345678 kB\n");
  write("memory.current", "3000000000\n");
  write("memory.stat", "anon 1\ninactive_file 1000000000\nactive_file 2\n");
  write("memory.max", "max\n");
  EXPECT_EQ(free(), std::uint64_t{12'345'678} * 1024);
  write("memory.max", "4000000000\n");
  EXPECT_EQ(free(), 2 * kGigabyte);
  write("memory.max", "1000000000\n");
  EXPECT_EQ(free(), 0u);
}

TEST_F(HostMemory, IsNothingWhereNothingIsKnown) { EXPECT_EQ(free(), 0u); }

TEST(ThisHost, HasMemory) { EXPECT_GT(free_host_bytes(), 0u); }

}  // namespace
}  // namespace musicfleet::device
