#include "worker/device/cuda_libraries.h"

#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace musicfleet::device {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(CudaLibraries, AFolderWithoutThemIsToldTheCommandThatAddsThem) {
  const testing::TemporaryFolder folder;
  const Result<> loaded = load_cuda_libraries(folder.path());
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(loaded.error().message, AllOf(HasSubstr("no libtorch_cuda.so in " + folder.path().string()),
                                            HasSubstr("script/bootstrap --cuda")));
}

TEST(CudaLibraries, OnesThatCannotBeLoadedAreNamedWithTheLoadersReason) {
  const testing::TemporaryFolder folder;
  std::ofstream(folder / "libtorch_cuda.so") << "not a library";
  const Result<> loaded = load_cuda_libraries(folder.path());
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().message, AllOf(HasSubstr("cannot be loaded"), HasSubstr("libtorch_cuda.so")));
}

TEST(TorchFolder, IsAnErrorInAProgramWithoutLibtorch) { EXPECT_FALSE(torch_folder()); }

}  // namespace
}  // namespace musicfleet::device
