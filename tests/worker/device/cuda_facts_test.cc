#include "worker/device/cuda_facts.h"

#include "worker/device/shared_library.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace musicfleet::device {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const CudaDevice kAda{"NVIDIA GeForce RTX 4090", 8, 9, std::uint64_t{24} << 30};
const CudaDevice kTuring{"Tesla T4", 7, 5, std::uint64_t{16} << 30};
const CudaDevice kPascal{"Tesla P100", 6, 0, std::uint64_t{16} << 30};

CudaFacts machine(std::vector<CudaDevice> devices) {
  return {.missing = {}, .cuda_version = 13000, .driver_release = "580.95.05", .devices = std::move(devices)};
}
std::string refusal(const CudaFacts& facts, int index = 0, bool bf16 = false) {
  const Result<CudaDevice> verdict = judge(facts, index, bf16);
  return verdict ? "accepted" : verdict.error().message;
}

TEST(CudaVerdict, AcceptsTheDeviceThatTheIndexNames) {
  EXPECT_EQ(judge(machine({kTuring, kAda}), 1, true), kAda);
  EXPECT_EQ(judge(machine({kTuring, kAda}), 0, false), kTuring);
}

TEST(CudaVerdict, AMachineWithoutADriverIsToldWhichItNeeds) {
  CudaFacts facts;
  facts.missing = "libcuda.so.1: cannot open shared object file";
  EXPECT_THAT(refusal(facts), AllOf(HasSubstr("580 or newer"), HasSubstr("cannot open shared object file")));
  EXPECT_EQ(judge(facts, 0, false).error().code, ErrorCode::kUnavailable);
}

TEST(CudaVerdict, AnOldDriverIsToldItsOwnVersionAndTheWantedOne) {
  CudaFacts facts = machine({kAda});
  facts.cuda_version = 12080;
  facts.driver_release = "570.86.10";
  EXPECT_EQ(refusal(facts),
            "NVIDIA driver 570.86.10 is too old: it serves CUDA 12.8, musicfleet needs CUDA 13, which came "
            "with driver 580");
  facts.driver_release.clear();
  EXPECT_THAT(refusal(facts), HasSubstr("the NVIDIA driver is too old"));
}

TEST(CudaVerdict, AnOldDriverThatCannotBeInitialisedIsCalledOldRatherThanMissing) {
  CudaFacts facts = machine({});
  facts.cuda_version = 11040;
  facts.missing = "cuInit answers with error 803";
  EXPECT_THAT(refusal(facts), HasSubstr("too old: it serves CUDA 11.4"));
}

TEST(CudaVerdict, AnIndexPastTheLastIsToldWhatThereIs) {
  const Result<CudaDevice> verdict = judge(machine({kAda, kTuring}), 2, false);
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error().param, "device");
  EXPECT_EQ(
      verdict.error().message,
      "device is cuda:2, but this machine has 2 GPUs: cuda:0 (NVIDIA GeForce RTX 4090), cuda:1 (Tesla T4)");
  EXPECT_THAT(refusal(machine({kAda}), 1), HasSubstr("has 1 GPU: cuda:0"));
}

TEST(CudaVerdict, AMachineThatShowsNoGpuIsRemindedOfTheEnvironment) {
  EXPECT_THAT(refusal(machine({})), HasSubstr("CUDA_VISIBLE_DEVICES"));
}

TEST(CudaVerdict, AGpuTooOldForCuda13OrForBf16IsNamedWithItsCapability) {
  EXPECT_THAT(refusal(machine({kPascal})),
              AllOf(HasSubstr("Tesla P100 of compute capability 6.0"), HasSubstr("CUDA 13 needs 7.5")));
  EXPECT_THAT(refusal(machine({kTuring}), 0, true), HasSubstr("bf16 needs 8.0"));
}

TEST(DriverRelease, IsReadFromTheKernelModulesOwnFile) {
  EXPECT_EQ(
      release_of(
          "NVRM version: NVIDIA UNIX x86_64 Kernel Module  570.86.10  Thu Jan 23 2025\nGCC version: 12\n"),
      "570.86.10");
  EXPECT_EQ(release_of("NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65  Release Build\n"),
            "580.65");
  EXPECT_EQ(release_of(""), "");
}

TEST(CudaFactsReader, SaysWhyThereIsNoDriver) {
  const CudaFacts facts = read_cuda_facts("libthere-is-no-such-driver.so");
  EXPECT_THAT(facts.missing, HasSubstr("libthere-is-no-such-driver.so"));
  EXPECT_THAT(facts.devices, IsEmpty());
}

TEST(CudaFactsReader, ALibraryThatIsNoDriverIsNotCalled) {
  EXPECT_THAT(read_cuda_facts("libc.so.6").missing, HasSubstr("has no cuInit"));
}

// The reader against a library with the driver's functions.
class FakeDriver : public ::testing::Test {
 protected:
  void set(const char* variable, int value) { *library_.function<int>(variable) = value; }
  static CudaFacts read() {
    CudaFacts facts = read_cuda_facts(FAKE_CUDA_DRIVER);
    facts.driver_release.clear();  // this machine's own
    return facts;
  }
  void TearDown() override {
    set("fake_init_error", 0);
    set("fake_cuda_version", 13000);
    set("fake_device_count", 1);
    set("fake_capability", 89);
  }
  SharedLibrary library_ = SharedLibrary::open(FAKE_CUDA_DRIVER).value();
};

TEST_F(FakeDriver, EveryDeviceIsRead) {
  set("fake_device_count", 2);
  const CudaFacts facts = read();
  EXPECT_EQ(facts.missing, "");
  EXPECT_EQ(facts.cuda_version, 13000);
  EXPECT_THAT(facts.devices, ElementsAre(CudaDevice{"Fake GPU 100", 8, 9, std::uint64_t{24} << 30},
                                         CudaDevice{"Fake GPU 101", 8, 9, std::uint64_t{24} << 30}));
  EXPECT_TRUE(judge(facts, 1, true));
}

TEST_F(FakeDriver, AnOldOneIsRefusedByItsVersion) {
  set("fake_cuda_version", 12040);
  set("fake_init_error", 803);
  EXPECT_THAT(refusal(read()), HasSubstr("serves CUDA 12.4"));
}

TEST_F(FakeDriver, OneWithoutItsKernelModuleIsRefusedWithItsError) {
  set("fake_init_error", 999);
  EXPECT_THAT(refusal(read()), HasSubstr("cuInit answers with error 999"));
}

TEST_F(FakeDriver, OneWithoutGpusIsAMachineWithoutGpus) {
  set("fake_init_error", 100);
  EXPECT_THAT(refusal(read()), HasSubstr("shows no GPU"));
}

}  // namespace
}  // namespace musicfleet::device
