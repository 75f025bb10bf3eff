#include "coordinator/config.h"

#include <gtest/gtest.h>

namespace musicfleet {
namespace {

using namespace std::chrono_literals;

Result<Config> config(const std::string& text) {
  return config_of(ConfigFile::parse(text, "c.toml").value());
}

TEST(Config, HasSafeDefaults) {
  const Config plain = config("").value();
  EXPECT_EQ(plain.http_listen, (HostPort{"127.0.0.1", 8080}));
  EXPECT_EQ(plain.admin_listen.host, "127.0.0.1");
  EXPECT_FALSE(plain.http_behind_proxy);
  EXPECT_TRUE(plain.http_page);
  EXPECT_EQ(plain.http_max_connections, 1024);
  EXPECT_EQ(plain.dispatch.heartbeat, 5s);
  EXPECT_EQ(plain.dispatch.lease, 15s);
  EXPECT_EQ(plain.dispatch.max_attempts, 3);
  EXPECT_EQ(plain.max_live_jobs, 10'000);
}

TEST(Config, PrintsAFileThatGivesItBack) {
  Config changed = config("").value();
  changed.data_dir = "/srv/a \"quoted\" \\ folder";
  changed.log_level = LogLevel::kWarn;
  changed.http_listen = {"::1", 1};
  changed.http_public_url = "https://music.example";
  changed.http_behind_proxy = true;
  changed.http_page = false;
  changed.http_max_connections = 20'000;
  changed.admin_listen = {"127.0.0.2", 2};
  changed.fleet_listen = {"0.0.0.0", 3};
  changed.fleet_key_file = "/etc/fleet.key";
  changed.fleet_next_listen = HostPort{"0.0.0.0", 7001};
  changed.fleet_next_key_file = "/etc/fleet-next.key";
  changed.dispatch.lease = 20s;
  changed.dispatch.heartbeat = 4s;
  changed.dispatch.max_attempts = 9;
  changed.dispatch.priority_step = 7s;
  changed.dispatch.failure_half_life = 8s;
  changed.dispatch.min_worker_version = "0.3";
  changed.max_live_jobs = 77;
  changed.dispatch.retry = {2s, 3s};
  changed.dispatch.stall_minimum = 5s;
  changed.dispatch.stage_patience = 6s;
  changed.retention = {std::chrono::days(30), std::chrono::days(90), std::chrono::days(365)};
  changed.webhooks_allow = {"hooks.internal:8080", "10.1.0.0/16"};
  changed.webhooks_ca_file = "/etc/ca.pem";
  changed.webhooks_parallel = 3;
  changed.webhooks_timeout = 7s;
  changed.music_models = {{"music_v2", "acestep-v15"}};
  changed.music_deny_file = "/etc/denied.txt";
  changed.music_prompt_hook = "http://127.0.0.1:9000/judge";
  changed.music_prompt_hook_timeout = 300ms;
  changed.music_prompt_hook_failure = "admit";
  changed.music_wait = 100s;
  changed.music_worker_wait = 9s;
  changed.music_max_concurrent = 5;
  changed.music_cancel_abandoned = true;
  changed.failover.budget.day = MicroDollars{12'500'000};
  changed.failover.server_month = MicroDollars{299'000'000};
  const auto again = config(to_toml(changed));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(to_toml(*again), to_toml(changed));
  EXPECT_EQ(again->data_dir, changed.data_dir);
  EXPECT_EQ(again->http_listen, changed.http_listen);
  EXPECT_EQ(again->dispatch.stage_patience, 6s);
  EXPECT_EQ(again->max_live_jobs, 77);
  EXPECT_EQ(again->retention, changed.retention);
  EXPECT_EQ(again->webhooks_allow, changed.webhooks_allow);
  EXPECT_EQ(again->webhooks_timeout, 7s);
  EXPECT_EQ(again->music_models, changed.music_models);
  EXPECT_EQ(again->music_prompt_hook, changed.music_prompt_hook);
  EXPECT_EQ(again->music_prompt_hook_timeout, 300ms);
  EXPECT_EQ(again->music_prompt_hook_failure, "admit");
  EXPECT_EQ(again->music_wait, 100s);
  EXPECT_EQ(again->failover.budget, changed.failover.budget);
  EXPECT_EQ(again->dispatch.server_month, changed.failover.server_month) << "the ledger goes by it";
  EXPECT_NE(to_toml(changed), to_toml(Config{}));
}

TEST(Config, NamesFileLineAndSettingOfEveryMistake) {
  const auto message = [](const std::string& text) { return config(text).error().message; };
  EXPECT_EQ(message("[http]\nlisten = \"8080\"\n"), "c.toml:2: http.listen must be HOST:PORT, not \"8080\"");
  EXPECT_EQ(message("[webhooks]\nallow = [\"10.0.0.0\"]\n"),
            "c.toml:2: webhooks.allow must be a list of HOST:PORT and NETWORK/BITS, which \"10.0.0.0\" is "
            "neither of");
  EXPECT_EQ(message("[webhooks]\nallow = \"a:1\"\n"),
            "c.toml:2: webhooks.allow must be a list of texts in quotes");
  EXPECT_EQ(message("[webhooks]\nallow = [1]\n"),
            "c.toml:2: webhooks.allow must be a list of texts in quotes");
  EXPECT_EQ(message("lease_sm = 1\n"), "c.toml:1: lease_sm is not a setting");
  EXPECT_EQ(message("log_level = \"loud\"\n"), "c.toml:1: log_level must be debug, info, warn or error");
  EXPECT_EQ(message("max_attempts = 0\n"), "c.toml:1: max_attempts must be from 1 to 100, not 0");
  EXPECT_EQ(message("lease_ms = 6000\n").rfind("c.toml:1: lease_ms must be at least twice heartbeat_ms", 0),
            0u);
  EXPECT_EQ(
      message("[http]\npublic_url = \"music.example\"\n").rfind("c.toml:2: http.public_url must begin", 0),
      0u);
  EXPECT_FALSE(config("[http]\npublic_url = \"https://music.example/\"\n"));
  EXPECT_EQ(message("[music]\nprompt_hook = \"https://judge.example/\"\n"),
            "c.toml:2: music.prompt_hook must be an http URL of this machine, not https://judge.example/");
  EXPECT_EQ(message("[music]\nprompt_hook_failure = \"maybe\"\n"),
            "c.toml:2: music.prompt_hook_failure must be \"refuse\" or \"admit\", not maybe");
  EXPECT_EQ(message("[admin]\nlisten = \"0.0.0.0:1\"\n").rfind("c.toml:2: admin.listen must be", 0), 0u);
  EXPECT_EQ(message("[http]\nlisten = \"0.0.0.0:1\"\npublic_url = \"https://a.example\"\n")
                .rfind("c.toml:2: http.listen is beyond loopback", 0),
            0u);
  EXPECT_EQ(message("[http]\nlisten = \"0.0.0.0:1\"\nbehind_proxy = true\n")
                .rfind("c.toml:2: http.listen is beyond loopback", 0),
            0u);
  EXPECT_TRUE(
      config("[http]\nlisten = \"0.0.0.0:1\"\nbehind_proxy = true\npublic_url = \"https://a.example\"\n"));
}

TEST(Config, ReadsAddresses) {
  EXPECT_EQ(host_port_of("localhost:0").value(), (HostPort{"localhost", 0}));
  EXPECT_EQ(host_port_of("[::1]:80").value(), (HostPort{"::1", 80}));
  EXPECT_EQ(to_text({"::1", 80}), "[::1]:80");
  for (const char* text :
       {"", ":", ":80", "host", "host:", "host:x", "host:65536", "::1:80", "[]:80", "[::1:80"})
    EXPECT_FALSE(host_port_of(text)) << text;
}

}  // namespace
}  // namespace musicfleet
