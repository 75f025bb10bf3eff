#include "coordinator/http/spool.h"

#include "tests/coordinator/http/memory_body.h"
#include "tests/support/loop_runner.h"

#include <boost/asio/co_spawn.hpp>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

namespace musicfleet::http {
namespace {

class SpoolTest : public ::testing::Test {
 protected:
  Result<> spool_of(MemoryBody& body, std::uint64_t most) {
    const AppendBytes append = [&](std::span<const std::byte> bytes) -> Result<> {
      if (is_full) return fail(ErrorCode::kUnavailable, "the disk is full");
      file.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      return {};
    };
    std::optional<Result<>> result;
    boost::asio::co_spawn(loop, spool(body, pool, most, append),
                          [&](std::exception_ptr, Result<> end) { result.emplace(std::move(end)); });
    EXPECT_TRUE(musicfleet::testing::run_until(loop, [&] { return result.has_value(); }));
    return *std::move(result);
  }

  boost::asio::io_context loop;
  FilePool pool{1};
  std::string file;
  bool is_full = false;
};

TEST_F(SpoolTest, EveryByteArrivesInOrderUpToTheLimit) {
  std::string bytes(700'001, '\0');  // more than one piece, and not a whole number of them
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i % 251);
  for (const bool chunked : {false, true}) {
    file.clear();
    MemoryBody body(bytes, chunked);
    EXPECT_TRUE(spool_of(body, bytes.size()));
    EXPECT_EQ(file, bytes);
  }
}

TEST_F(SpoolTest, AnEmptyBodyIsAnEmptyFile) {
  MemoryBody body("", true);
  EXPECT_TRUE(spool_of(body, 10));
  EXPECT_EQ(file, "");
}

TEST_F(SpoolTest, ALengthAboveTheLimitIsRefusedBeforeAnythingIsRead) {
  MemoryBody body("12345", false);
  const Result<> result = spool_of(body, 4);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kTooLarge);
  EXPECT_EQ(body.left(), "12345");
}

TEST_F(SpoolTest, ABodyThatDoesNotSayItsLengthEndsAtTheLimit) {
  const std::string bytes(300'000, 'x');
  MemoryBody body(bytes, true);
  const Result<> result = spool_of(body, bytes.size() - 1);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kTooLarge);
  EXPECT_LT(file.size(), bytes.size());
}

TEST_F(SpoolTest, AFileThatTakesNoMoreIsSaidAtOnce) {
  is_full = true;
  const std::string bytes(600'000, 'x');
  MemoryBody body(bytes, false);
  const Result<> result = spool_of(body, bytes.size());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "the disk is full");
  EXPECT_FALSE(body.left().empty());
}

}  // namespace
}  // namespace musicfleet::http
