#include "worker/config.h"

#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

#include <fstream>

namespace musicfleet {
namespace {

using ::testing::HasSubstr;

Result<WorkerConfig> read(const std::string& text) {
  const testing::TemporaryFolder folder;
  std::ofstream(folder / "worker.toml") << text;
  WorkerConfig config;
  MF_CHECK(read_config_file(folder / "worker.toml", config));
  return config;
}

constexpr char kWhole[] = R"(
coordinator = "tcp://coordinator.example:7000"
server_key = "/etc/musicfleet/server.pub"
key = "/etc/musicfleet/worker.key"
model = "/srv/models/turbo"
spool = "/var/lib/musicfleet-worker"
name = "gpu-1"
model_name = "turbo"
device = "cuda:1"
precision = "bf16"
threads = 3
slots = 4
log_level = "debug"
)";

TEST(WorkerConfig, EverySettingIsReadFromTheFile) {
  const auto config = read(kWhole);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->coordinator, "tcp://coordinator.example:7000");
  EXPECT_EQ(config->server_key, "/etc/musicfleet/server.pub");
  EXPECT_EQ(config->key, "/etc/musicfleet/worker.key");
  EXPECT_EQ(config->model, "/srv/models/turbo");
  EXPECT_EQ(config->spool, "/var/lib/musicfleet-worker");
  EXPECT_EQ(config->name, "gpu-1");
  EXPECT_EQ(config->model_name, "turbo");
  EXPECT_EQ(config->device, "cuda:1");
  EXPECT_EQ(config->precision, "bf16");
  EXPECT_EQ(config->threads, 3);
  EXPECT_EQ(config->slots, 4);
  EXPECT_EQ(config->log_level, "debug");
  EXPECT_TRUE(validate(*config));
}

TEST(WorkerConfig, WhatTheFileDoesNotSayKeepsItsDefault) {
  const auto config = read("model = \"/srv/m\"\n");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->device, "cpu");
  EXPECT_EQ(config->slots, 2);
}

TEST(WorkerConfig, ATypoIsAnErrorWithItsLine) {
  const auto config = read("model = \"/srv/m\"\nslot = 3\n");
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().message, HasSubstr("worker.toml:2"));
  EXPECT_THAT(config.error().message, HasSubstr("slot"));
}

TEST(WorkerConfig, EachMissingOrImpossibleSettingIsNamed) {
  const auto fault = [](auto change) {
    WorkerConfig config = read(kWhole).value();
    change(config);
    const auto valid = validate(config);
    return valid ? std::string() : valid.error().param;
  };
  EXPECT_EQ(fault([](auto& c) { c.coordinator = ""; }), "coordinator");
  EXPECT_EQ(fault([](auto& c) { c.coordinator = "http://x"; }), "coordinator");
  EXPECT_EQ(fault([](auto& c) { c.server_key = ""; }), "server_key");
  EXPECT_EQ(fault([](auto& c) { c.key.clear(); }), "key");
  EXPECT_EQ(fault([](auto& c) { c.model.clear(); }), "model");
  EXPECT_EQ(fault([](auto& c) { c.spool.clear(); }), "spool");
  EXPECT_EQ(fault([](auto& c) { c.precision = "fp64"; }), "precision");
  EXPECT_EQ(fault([](auto& c) { c.slots = 0; }), "slots");
  EXPECT_EQ(fault([](auto& c) { c.threads = -1; }), "threads");
  EXPECT_EQ(fault([](auto& c) { c.log_level = "loud"; }), "log_level");
}

}  // namespace
}  // namespace musicfleet
