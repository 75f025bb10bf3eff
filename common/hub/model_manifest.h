// musicfleet-model.json in a folder that `musicfleet model fetch` filled: where the checkpoint came from and
// what each file was, written last, so that a folder that has one was complete. One thread.
#pragma once

#include "common/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace musicfleet {

inline constexpr const char* kManifestName = "musicfleet-model.json";

struct ManifestFile {
  std::string path;  // relative to the folder
  std::uint64_t size = 0;
  std::string sha256;  // 64 hexadecimal digits
};

struct ModelManifest {
  std::string repository;
  std::string revision;  // what was asked for
  std::string commit;    // what that was
  std::vector<ManifestFile> files;

  const ManifestFile* find(std::string_view path) const;
};

// kNotFound without one; kCorrupt for one that is damaged or names a path outside the folder.
Result<ModelManifest> read_manifest(const std::filesystem::path& folder);

// Under a temporary name first: there is the old one or the new one, never a half.
Result<> write_manifest(const std::filesystem::path& folder, const ModelManifest& manifest);

// One line a file of the manifest that is missing or has another size; with `hash` also each whose SHA-256 is
// another. `progress` hears of the bytes that were hashed; false stops with what was found so far.
std::vector<std::string> differences(const std::filesystem::path& folder, const ModelManifest& manifest,
                                     bool hash,
                                     const std::function<bool(std::uint64_t bytes)>& progress = {});

}  // namespace musicfleet
