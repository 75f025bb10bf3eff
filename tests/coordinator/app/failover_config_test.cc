#include "coordinator/failover_config.h"

#include <gtest/gtest.h>

namespace musicfleet {
namespace {

using namespace std::chrono_literals;

Result<FailoverConfig> config(const std::string& text) {
  ConfigFile file = ConfigFile::parse(text, "c.toml").value();
  auto config = failover_config_of(file);
  if (const auto taken = file.all_taken(); config && !taken) return Failure(taken.error());
  return config;
}

TEST(FailoverConfig, BuysNothingByDefault) {
  const FailoverConfig plain = config("").value();
  EXPECT_FALSE(plain.enabled);
  EXPECT_EQ(plain.target.base_url, "https://api.elevenlabs.io");
  EXPECT_EQ(plain.queue.at_once, 2);
  EXPECT_EQ(to_text(plain.server_month), "409.00");
  EXPECT_EQ(to_text(plain.song_price), "2.99");
}

TEST(FailoverConfig, WhatBuysNeedsAKeyAndAPrice) {
  EXPECT_NE(config("[elevenlabs]\nenabled = true\nprices = [\"2026-01-01 * 0.15 exact s\"]")
                .error()
                .message.find("key_files"),
            std::string::npos);
  EXPECT_NE(
      config("[elevenlabs]\nenabled = true\nkey_files = [\"k\"]").error().message.find("elevenlabs.prices"),
      std::string::npos);
  EXPECT_TRUE(
      config("[elevenlabs]\nenabled = true\nkey_files = [\"k\"]\nprices = [\"2026-01-01 * 0.15 exact s\"]"));
}

TEST(FailoverConfig, WhatIsPassedOnIsNamedAndNeedsTheVendor) {
  const std::string enabled =
      "[elevenlabs]\nenabled = true\nkey_files = [\"k\"]\nprices = [\"2026-01-01 * 0.15 exact s\"]\n";
  EXPECT_TRUE(config(enabled).value().services.empty());
  const auto some = config(enabled + "pass_on = [\"stems\", \"upload\"]");
  ASSERT_TRUE(some) << some.error().message;
  EXPECT_EQ(some->services, (std::set{VendorService::kUpload, VendorService::kStems}));
  const auto unknown = config(enabled + "pass_on = [\"songs\"]");
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().message.find(
                "elevenlabs.pass_on must name upload, stems, video or finetunes, not songs"),
            std::string::npos)
      << unknown.error().message;
  const auto off = config("[elevenlabs]\npass_on = [\"stems\"]");
  ASSERT_FALSE(off);
  EXPECT_NE(off.error().message.find("elevenlabs.enabled"), std::string::npos) << off.error().message;
}

TEST(FailoverConfig, PrintsAFileThatGivesItBack) {
  FailoverConfig changed = config("").value();
  changed.enabled = true;
  changed.target = {
      "https://proxy.example/music", "/etc/ca.pem", {1s, 2s, 3s, 4s, changed.target.limits.most_song_bytes}};
  changed.key_files = {"/etc/one.key", "/etc/two.key"};
  changed.model = "music_v2";
  changed.pass_on = {"video", "finetunes"};
  changed.queue.at_once = 5;
  changed.queue.most_waiting = 7;
  changed.stop_wait = 7s;
  changed.price_rows = {"2026-01-01 * 0.30 exact a \"tutorial\"", "2026-10-03 music_v2 0.15 whole_minutes b"};
  changed.budget = {money_of("20").value(), money_of("0").value()};
  changed.budget_warn_percent = 50;
  changed.server_month = money_of("500.5").value();
  changed.song_price = money_of("1.999999").value();
  const auto again = config(to_toml(changed));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(to_toml(*again), to_toml(changed));
  EXPECT_EQ(again->budget, changed.budget) << "a limit of nothing is a limit";
  EXPECT_EQ(
      again->prices.price("music_v2", 61s, std::chrono::sys_days(std::chrono::year(2026) / 12 / 1))->amount,
      money_of("0.30").value());
}

TEST(FailoverConfig, WhatIsWrongIsNamedWithItsLine) {
  for (const auto& [text, words] : std::vector<std::pair<std::string, std::string>>{
           {"[elevenlabs]\nbase_url = \"http://api.elevenlabs.io\"", "c.toml:2: elevenlabs.base_url"},
           {"[elevenlabs]\nprices = [\"cheap\"]", "price row \"cheap\""},
           {"[elevenlabs]\nat_once = 0", "elevenlabs.at_once"},
           {"[budget]\nday = \"-1\"", "budget.day"},
           {"[budget]\nmonth = \"a lot\"", "budget.month"},
           {"[money]\nsong_price = \"2,99\"", "money.song_price"},
           {"[elevenlabs]\nkey = \"sk_1\"", "elevenlabs.key"}}) {
    const auto refused = config(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_NE(refused.error().message.find(words), std::string::npos) << refused.error().message;
  }
}

}  // namespace
}  // namespace musicfleet
