#include "worker/device/host_memory.h"

#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

namespace musicfleet::device {
namespace {

constexpr std::uint64_t kGigabyte = 1'000'000'000;

class HostMemory : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }
  void limit(const std::string& group, const std::string& most, const std::string& used) {
    write(group + "memory.max", most);
    write(group + "memory.current", used);
  }
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

TEST_F(HostMemory, IsTheLeastThatTheOwnGroupAndThoseAroundItLeave) {
  write("meminfo", "MemAvailable:   12345678 kB\n");
  write("self/cgroup", "0::/system.slice/musicfleet-worker.service\n");
  limit("system.slice/", "max\n", "5000000000\n");
  limit("system.slice/musicfleet-worker.service/", "4000000000\n", "1000000000\n");
  EXPECT_EQ(free(), 3 * kGigabyte);
  limit("system.slice/", "7000000000\n", "5000000000\n");
  EXPECT_EQ(free(), 2 * kGigabyte);
  limit("", "6000000000\n", "5000000000\n");
  EXPECT_EQ(free(), kGigabyte);
}

TEST_F(HostMemory, FindsItsGroupBesideThoseOfTheFirstVersion) {
  write("self/cgroup", "4:memory:/other\n0::/mine\n");
  limit("mine/", "4000000000\n", "1000000000\n");
  limit("other/", "1000000000\n", "1000000000\n");
  EXPECT_EQ(free(), 3 * kGigabyte);
}

TEST_F(HostMemory, AGroupThatAContainerDoesNotSeeIsNotLookedFor) {
  write("self/cgroup", "0::/../outside\n");
  limit("", "4000000000\n", "1000000000\n");
  EXPECT_EQ(free(), 3 * kGigabyte);
}

TEST_F(HostMemory, RefusesNothingWhereNothingIsKnown) {
  EXPECT_EQ(free(), std::numeric_limits<std::uint64_t>::max());
}

TEST(ThisHost, HasMemory) { EXPECT_GT(free_host_bytes(), 0u); }

}  // namespace
}  // namespace musicfleet::device
