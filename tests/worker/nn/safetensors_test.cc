#include "worker/nn/safetensors.h"

#include "tests/support/temporary_folder.h"
#include "worker/nn/safetensors_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>

namespace musicfleet::nn {
namespace {

using ::testing::HasSubstr;

// A file with this header and so many bytes of data.
std::string file_of(const std::string& header, std::size_t data_bytes) {
  const std::uint64_t length = header.size();
  std::string file(sizeof(length), '\0');
  std::memcpy(file.data(), &length, sizeof(length));
  return file + header + std::string(data_bytes, '\1');
}

Result<TensorEntries> parse(const std::string& file) {
  return parse_safetensors(std::as_bytes(std::span(file.data(), file.size())), "model.safetensors");
}

std::string reason(const std::string& file) {
  const Result<TensorEntries> parsed = parse(file);
  return parsed ? "accepted" : parsed.error().message;
}

TEST(Safetensors, ReadsNamesTypesShapesAndPlaces) {
  const std::string header =
      R"({"__metadata__":{"format":"pt"},"b":{"dtype":"BF16","shape":[2,3],"data_offsets":[4,16]},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}})";
  const Result<TensorEntries> parsed = parse(file_of(header, 16));
  ASSERT_TRUE(parsed) << parsed.error().message;
  ASSERT_EQ(parsed->size(), 2u);
  const TensorEntry& b = parsed->at("b");
  EXPECT_EQ(b.type, ElementType::kBf16);
  EXPECT_EQ(b.shape, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(b.begin, 8 + header.size() + 4);
  EXPECT_EQ(b.end - b.begin, 12u);
}

struct BadFile {
  const char* what;
  std::string file;
  const char* says;
};

void PrintTo(const BadFile& bad, std::ostream* out) { *out << bad.what; }

class MalformedSafetensors : public ::testing::TestWithParam<BadFile> {};

TEST_P(MalformedSafetensors, IsRefusedWithTheFilesNameAndTheReason) {
  const std::string message = reason(GetParam().file);
  EXPECT_THAT(message, HasSubstr("model.safetensors"));
  EXPECT_THAT(message, HasSubstr(GetParam().says));
}

std::string entry(const std::string& body) { return "{\"x\":{" + body + "}}"; }

INSTANTIATE_TEST_SUITE_P(
    Headers, MalformedSafetensors,
    ::testing::Values(
        BadFile{"empty", "", "too short"}, BadFile{"seven bytes", std::string(7, '\0'), "too short"},
        BadFile{"header longer than the file", file_of("{}", 0).replace(0, 2, "\xFF\xFF"),
                "says its header has"},
        BadFile{"header of 2^64 - 1 bytes", std::string(8, '\xFF') + "{}", "says its header has"},
        BadFile{"not JSON", file_of("{\"x\":", 0), "not valid JSON"},
        BadFile{"not an object", file_of("[]", 0), "not a JSON object"},
        BadFile{
            "a key twice",
            file_of(
                R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
                4),
            "twice"},
        BadFile{"no dtype", file_of(entry(R"("shape":[1],"data_offsets":[0,4])"), 4), "needs dtype"},
        BadFile{"unknown dtype", file_of(entry(R"("dtype":"F8","shape":[1],"data_offsets":[0,1])"), 1),
                "unknown dtype 'F8'"},
        BadFile{"shape is a number", file_of(entry(R"("dtype":"F32","shape":1,"data_offsets":[0,4])"), 4),
                "wrong JSON type"},
        BadFile{"negative dimension", file_of(entry(R"("dtype":"F32","shape":[-1],"data_offsets":[0,4])"), 4),
                "'x'"},
        BadFile{"fractional offset", file_of(entry(R"("dtype":"F32","shape":[1],"data_offsets":[0,4.0])"), 4),
                "'x'"},
        BadFile{"three offsets", file_of(entry(R"("dtype":"F32","shape":[1],"data_offsets":[0,4,4])"), 4),
                "wrong JSON type"},
        BadFile{"offsets past the end",
                file_of(entry(R"("dtype":"F32","shape":[2],"data_offsets":[0,8])"), 4), "than the file"},
        BadFile{"begin after end", file_of(entry(R"("dtype":"F32","shape":[0],"data_offsets":[4,0])"), 4),
                "outside the file"},
        BadFile{"shape and offsets disagree",
                file_of(entry(R"("dtype":"F32","shape":[1],"data_offsets":[0,3])"), 4), "hold 3 bytes"},
        BadFile{
            "product overflows",
            file_of(entry(R"("dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,0])"),
                    4),
            "more bytes than the file"},
        BadFile{
            "overlapping tensors",
            file_of(
                R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
                8),
            "starts at byte"},
        BadFile{"a gap", file_of(entry(R"("dtype":"F32","shape":[1],"data_offsets":[4,8])"), 8),
                "starts at byte"},
        BadFile{"bytes after the last tensor",
                file_of(entry(R"("dtype":"F32","shape":[1],"data_offsets":[0,4])"), 9),
                "tensors end at byte"}),
    [](const ::testing::TestParamInfo<BadFile>& bad) {
      std::string name = bad.param.what;
      for (char& c : name)
        if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
      return name;
    });

class ComponentFolder : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  std::string reason() {
    const auto opened = open_component(folder_.path(), "model");
    return opened ? "accepted" : opened.error().message;
  }

  musicfleet::testing::TemporaryFolder folder_;
};

TEST_F(ComponentFolder, WithoutWeightsSaysWhatItLooksFor) {
  EXPECT_THAT(reason(), HasSubstr("neither model.safetensors nor"));
}

TEST_F(ComponentFolder, ReadsShardsThroughTheirIndex) {
  ASSERT_TRUE(write_safetensors(folder_ / "model-1.safetensors", {{"a", {{1}, {1.0F}}}}));
  ASSERT_TRUE(write_safetensors(folder_ / "model-2.safetensors", {{"b", {{2}, {2.0F, 3.0F}}}}));
  write("model.safetensors.index.json",
        R"({"weight_map":{"a":"model-1.safetensors","b":"model-2.safetensors"}})");
  const auto shards = open_component(folder_.path(), "model");
  ASSERT_TRUE(shards) << shards.error().message;
  EXPECT_EQ(shards->size(), 2u);
}

TEST_F(ComponentFolder, NamesAMissingShard) {
  write("model.safetensors.index.json", R"({"weight_map":{"a":"model-1.safetensors"}})");
  EXPECT_THAT(reason(), HasSubstr("shard model-1.safetensors that it lists is missing"));
}

TEST_F(ComponentFolder, RefusesAnIndexThatPutsATensorElsewhere) {
  ASSERT_TRUE(write_safetensors(folder_ / "model-1.safetensors", {{"a", {{1}, {1.0F}}}}));
  write("model.safetensors.index.json", R"({"weight_map":{"b":"model-1.safetensors"}})");
  EXPECT_THAT(reason(), HasSubstr("'b' is not in model-1.safetensors"));
}

TEST_F(ComponentFolder, RefusesAnIndexThatLeavesTheFolder) {
  write("model.safetensors.index.json", R"({"weight_map":{"a":"../secret.safetensors"}})");
  EXPECT_THAT(reason(), HasSubstr("not a file name"));
}

TEST_F(ComponentFolder, RefusesEveryTruncationOfAFile) {
  ASSERT_TRUE(write_safetensors(folder_ / "model.safetensors", {{"a", {{3}, {1, 2, 3}}}, {"b", {{1}, {4}}}}));
  std::ifstream in(folder_ / "model.safetensors", std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  EXPECT_TRUE(parse(whole));
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_FALSE(parse(whole.substr(0, length))) << length;
}

}  // namespace
}  // namespace musicfleet::nn
