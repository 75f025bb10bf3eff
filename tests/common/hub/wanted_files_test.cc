#include "common/hub/wanted_files.h"

#include "common/hub/repo_tree.h"

#include <gmock/gmock.h>

namespace musicfleet {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

const std::vector<std::string> kSmallest{"model_index.json",
                                         "tokenizer/tokenizer.json",
                                         "text_encoder/config.json",
                                         "text_encoder/model.safetensors",
                                         "condition_encoder/config.json",
                                         "condition_encoder/diffusion_pytorch_model.safetensors",
                                         "transformer/config.json",
                                         "transformer/diffusion_pytorch_model.safetensors",
                                         "vae/config.json",
                                         "vae/diffusion_pytorch_model.safetensors"};

std::vector<RepoFile> files_of(std::vector<std::string> paths) {
  std::vector<RepoFile> files;
  for (std::string& path : paths) {
    RepoFile file;
    file.path = std::move(path);
    file.size = 10;
    files.push_back(std::move(file));
  }
  return files;
}

std::vector<std::string> skipped_of(std::vector<std::string> more) {
  more.insert(more.end(), kSmallest.begin(), kSmallest.end());
  std::vector<std::string> paths;
  const WantedFiles chosen = choose_files(files_of(more)).value();
  for (const RepoFile& file : chosen.skipped) paths.push_back(file.path);
  return paths;
}

TEST(WantedFiles, TheSmallestCheckpointIsWantedWhole) {
  const auto chosen = choose_files(files_of(kSmallest));
  ASSERT_TRUE(chosen) << chosen.error().message;
  EXPECT_EQ(chosen->wanted.size(), kSmallest.size());
  EXPECT_EQ(chosen->bytes(), 100u);
  EXPECT_TRUE(chosen->skipped.empty());
}

TEST(WantedFiles, TheTokenizersFilesAreWantedAsWell) {
  EXPECT_THAT(skipped_of({"tokenizer/tokenizer_config.json", "tokenizer/vocab.json", "tokenizer/merges.txt",
                          "tokenizer/special_tokens_map.json"}),
              UnorderedElementsAre());
}

TEST(WantedFiles, WhatCouldRunCodeOrIsNotReadIsLeft) {
  const std::vector<std::string> unwanted{"README.md",
                                          "cover.png",
                                          "model.safetensors",
                                          "scheduler/scheduler_config.json",
                                          "audio_tokenizer/diffusion_pytorch_model.safetensors",
                                          "transformer/diffusion_pytorch_model.bin",
                                          "transformer/silence_latent.pt",
                                          "transformer/modeling.py",
                                          "transformer/diffusion_pytorch_model.fp16.safetensors",
                                          "transformer/model.safetensors",
                                          "transformer/old/config.json",
                                          "tokenizer/chat_template.jinja",
                                          "musicfleet-model.json",
                                          ".musicfleet-fetch/x.part",
                                          "Transformer/config.json"};
  EXPECT_THAT(skipped_of(unwanted), testing::UnorderedElementsAreArray(unwanted));
}

TEST(WantedFiles, ShardsAreWantedUnlessTheyAreThereInOneFile) {
  const std::vector<std::string> shards{"transformer/diffusion_pytorch_model-00001-of-00002.safetensors",
                                        "transformer/diffusion_pytorch_model-00002-of-00002.safetensors",
                                        "transformer/diffusion_pytorch_model.safetensors.index.json"};
  EXPECT_EQ(skipped_of(shards).size(), 3u);
  std::vector<std::string> sharded = kSmallest;
  std::erase(sharded, "transformer/diffusion_pytorch_model.safetensors");
  sharded.insert(sharded.end(), shards.begin(), shards.end());
  const auto chosen = choose_files(files_of(sharded));
  ASSERT_TRUE(chosen) << chosen.error().message;
  EXPECT_TRUE(chosen->skipped.empty());
}

TEST(WantedFiles, EverythingThatIsMissingIsNamedAtOnce) {
  const auto chosen = choose_files(files_of({"model_index.json", "acestep-v15-turbo/model.safetensors"}));
  ASSERT_FALSE(chosen);
  for (const std::string& path : kSmallest) {
    if (path == "model_index.json") continue;
    EXPECT_THAT(chosen.error().message, HasSubstr(path));
  }
}

TEST(WantedFiles, AListThatNamesAFileTwiceOrFillsEveryDiskIsRefused) {
  auto files = files_of(kSmallest);
  files.push_back(files[3]);
  EXPECT_THAT(choose_files(files).error().message, HasSubstr("twice"));
  files = files_of(kSmallest);
  for (RepoFile& file : files) file.size = kMaxFileBytes;
  EXPECT_EQ(choose_files(files).error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace musicfleet
