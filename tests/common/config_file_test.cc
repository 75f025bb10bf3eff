#include "common/config_file.h"

#include <gtest/gtest.h>

namespace musicfleet {
namespace {

using namespace std::chrono_literals;

ConfigFile parsed(const std::string& text) { return ConfigFile::parse(text, "c.toml").value(); }

TEST(ConfigFile, GivesSettingsByTheirDottedNames) {
  ConfigFile file = parsed(
      "data_dir = \"/srv\"\nlease_ms = 15000\n[http]\nlisten = \"127.0.0.1:80\"\nbehind_proxy = true\n");
  std::filesystem::path data;
  std::chrono::milliseconds lease{1};
  std::string listen;
  bool proxy = false;
  ASSERT_TRUE(file.take("data_dir", data));
  ASSERT_TRUE(file.take("lease_ms", lease, 1ms, 1h));
  ASSERT_TRUE(file.take("http.listen", listen));
  ASSERT_TRUE(file.take("http.behind_proxy", proxy));
  EXPECT_EQ(data, "/srv");
  EXPECT_EQ(lease, 15s);
  EXPECT_EQ(listen, "127.0.0.1:80");
  EXPECT_TRUE(proxy);
  EXPECT_TRUE(file.all_taken());
}

TEST(ConfigFile, LeavesWhatItDoesNotHave) {
  ConfigFile file;
  int workers = 7;
  ASSERT_TRUE(file.take("workers", workers, 1, 9));
  EXPECT_EQ(workers, 7);
  EXPECT_TRUE(file.all_taken());
}

TEST(ConfigFile, RefusesASettingThatNobodyKnowsWithItsLine) {
  ConfigFile file = parsed("a = 1\n\n[http]\nlisten = \"x\"\nlistn = \"y\"\n");
  int a = 0;
  std::string listen;
  ASSERT_TRUE(file.take("a", a, 0, 9));
  ASSERT_TRUE(file.take("http.listen", listen));
  EXPECT_EQ(file.all_taken().error().message, "c.toml:5: http.listn is not a setting");
}

TEST(ConfigFile, RefusesValuesOfAnotherTypeOrOutOfRange) {
  ConfigFile file = parsed("a = 1\nb = \"1\"\nc = [1]\nd = 99\ne = 1.5\n");
  std::string text;
  bool flag = false;
  int number = 0;
  EXPECT_EQ(file.take("a", text).error().message, "c.toml:1: a must be a text in quotes");
  EXPECT_EQ(file.take("b", number, 0, 9).error().message, "c.toml:2: b must be a whole number");
  EXPECT_EQ(file.take("c", flag).error().message, "c.toml:3: c must be true or false");
  EXPECT_EQ(file.take("d", number, 0, 9).error().message, "c.toml:4: d must be from 0 to 9, not 99");
  EXPECT_EQ(file.take("e", number, 0, 9).error().message, "c.toml:5: e must be a whole number");
  EXPECT_EQ(number, 0);
}

TEST(ConfigFile, NamesTheFileOfASettingThatItLeavesOutToo) {
  EXPECT_EQ(parsed("\na = 1\n").where("a"), "c.toml:2: a");
  EXPECT_EQ(parsed("\na = 1\n").where("b"), "c.toml: b");
  EXPECT_EQ(ConfigFile().where("b"), "b");
}

TEST(ConfigFile, SaysWhereItIsNotToml) {
  const auto broken = ConfigFile::parse("a = 1\nb = \n", "c.toml");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().message.rfind("c.toml:2: ", 0), 0u) << broken.error().message;
  EXPECT_EQ(ConfigFile::read("/nowhere/c.toml").error().code, ErrorCode::kNotFound);
}

TEST(ConfigFile, ADotInsideAKeyIsNotTheOneBetweenTableAndSetting) {
  ConfigFile file = parsed("\"http.listen\" = \"127.0.0.1:1\"\n[http]\nlisten = \"127.0.0.1:2\"\n");
  std::string listen;
  ASSERT_TRUE(file.take("http.listen", listen));
  EXPECT_EQ(listen, "127.0.0.1:2");
  EXPECT_EQ(file.all_taken().error().message, "c.toml:1: \"http.listen\" is not a setting");
}

TEST(TomlText, GivesAnyTextBack) {
  EXPECT_EQ(toml_text("/srv/a \"b\"\\c\n"), R"("/srv/a \"b\"\\c\u000A")");
  std::string every = "\u00e9\U0001F3B9";
  for (int c = 1; c < 0x80; ++c) every += static_cast<char>(c);
  ConfigFile file = parsed("text = " + toml_text(every));
  std::string read;
  ASSERT_TRUE(file.take("text", read));
  EXPECT_EQ(read, every);
}

}  // namespace
}  // namespace musicfleet
