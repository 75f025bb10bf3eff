#include "coordinator/storage/scratch_file.h"

#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <vector>

namespace musicfleet {
namespace {

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

std::string read(const ScratchFile& file, std::uint64_t offset, std::size_t most) {
  std::string text(most, '\0');
  text.resize(file.read(offset, std::as_writable_bytes(std::span(text))).value());
  return text;
}

TEST(ScratchFile, GivesBackWhatWasAppended) {
  const musicfleet::testing::TemporaryFolder folder;
  ScratchFile file = ScratchFile::create(folder / "").value();
  ASSERT_TRUE(file.append(bytes_of("first ")));
  ASSERT_TRUE(file.append(bytes_of("second")));
  EXPECT_EQ(file.size(), 12u);
  EXPECT_EQ(read(file, 0, 100), "first second");
  EXPECT_EQ(read(file, 6, 3), "sec");
  EXPECT_EQ(read(file, 12, 3), "");
}

TEST(ScratchFile, HasNoNameAndMayMove) {
  const musicfleet::testing::TemporaryFolder folder;
  ScratchFile first = ScratchFile::create(folder / "").value();
  ASSERT_TRUE(first.append(bytes_of("a")));
  ScratchFile other = ScratchFile::create(folder / "").value();
  EXPECT_TRUE(std::filesystem::is_empty(folder / ""));
  other = std::move(first);
  ASSERT_TRUE(other.append(bytes_of("b")));
  EXPECT_EQ(read(other, 0, 9), "ab");
}

TEST(ScratchFile, ADiskThatRefusesItIsSaid) {
  const auto refused = ScratchFile::create("/nonexistent");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace musicfleet
