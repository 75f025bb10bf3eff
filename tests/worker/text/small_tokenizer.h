// A tokenizer.json of a few tokens for tests: the 256 bytes (ids 0 to 255 in byte order), then what the
// merges make.
#pragma once

#include "worker/text/byte_alphabet.h"

#include <nlohmann/json.hpp>

#include <string>
#include <utility>
#include <vector>

namespace musicfleet::testing {

inline nlohmann::json small_tokenizer(const std::vector<std::pair<std::string, std::string>>& merges) {
  using nlohmann::json;
  json vocab = json::object();
  for (const std::string& character : make_byte_alphabet()) vocab[character] = vocab.size();
  json listed = json::array();
  for (const auto& [left, right] : merges) {
    listed.push_back(json::array({left, right}));
    if (!vocab.contains(left + right)) vocab[left + right] = vocab.size();
  }
  return {{"version", "1.0"},
          {"added_tokens", json::array()},
          {"normalizer", nullptr},
          {"pre_tokenizer", {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}}},
          {"post_processor", nullptr},
          {"model", {{"type", "BPE"}, {"vocab", vocab}, {"merges", listed}}}};
}

inline nlohmann::json added_token(const std::string& content, int id) {
  return {{"id", id},        {"content", content},  {"single_word", false}, {"lstrip", false},
          {"rstrip", false}, {"normalized", false}, {"special", true}};
}

}  // namespace musicfleet::testing
