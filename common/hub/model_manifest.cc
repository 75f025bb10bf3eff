#include "common/hub/model_manifest.h"

#include "common/hub/content_check.h"
#include "common/hub/durable_file.h"
#include "common/hub/repo_names.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace musicfleet {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr int kFormat = 1;
constexpr std::uint64_t kMaxManifestBytes = std::uint64_t{4} << 20;

ManifestFile file_of(const json& entry) {
  return {.path = entry.at("path").get<std::string>(),
          .size = entry.at("size").get<std::uint64_t>(),
          .sha256 = entry.at("sha256").get<std::string>()};
}

// Throws json::exception for what is missing or of another type.
ModelManifest manifest_of(const json& document) {
  ModelManifest manifest{.repository = document.at("repository").get<std::string>(),
                         .revision = document.at("revision").get<std::string>(),
                         .commit = document.at("commit").get<std::string>(),
                         .files = {}};
  for (const json& entry : document.at("files")) manifest.files.push_back(file_of(entry));
  return manifest;
}

Result<std::string> hash_of(const fs::path& path, const std::function<bool(std::uint64_t)>& progress) {
  Sha256Hasher hasher;
  bool stopped = false;
  MF_CHECK(read_pieces(path, [&](std::string_view bytes) {
    hasher.update(bytes);
    stopped = progress && !progress(bytes.size());
    return !stopped;
  }));
  if (stopped) return fail(ErrorCode::kCancelled, "stopped");
  return to_hex(hasher.finish());
}

}  // namespace

const ManifestFile* ModelManifest::find(std::string_view path) const {
  const auto found =
      std::find_if(files.begin(), files.end(), [&](const ManifestFile& file) { return file.path == path; });
  return found == files.end() ? nullptr : &*found;
}

Result<ModelManifest> read_manifest(const fs::path& folder) {
  const fs::path path = folder / kManifestName;
  std::string text;
  MF_CHECK(read_pieces(path, [&](std::string_view bytes) {
    text += bytes;
    return text.size() <= kMaxManifestBytes;
  }));
  const json document = json::parse(text, nullptr, /*allow_exceptions=*/false);
  try {
    if (document.at("format").get<int>() != kFormat)
      return fail(ErrorCode::kCorrupt, path.string(), ": is of another format than ", kFormat);
    ModelManifest manifest = manifest_of(document);
    if (!check_repository(manifest.repository) || !check_revision(manifest.revision) ||
        !is_commit(manifest.commit))
      return fail(ErrorCode::kCorrupt, path.string(), ": does not say where the checkpoint is from");
    for (const ManifestFile& file : manifest.files)
      if (!check_repo_path(file.path) || !from_hex(file.sha256))
        return fail(ErrorCode::kCorrupt, path.string(), ": has a path or a hash that is none");
    return manifest;
  } catch (const json::exception&) {
    return fail(ErrorCode::kCorrupt, path.string(), ": is damaged");
  }
}

Result<> write_manifest(const fs::path& folder, const ModelManifest& manifest) {
  json files = json::array();
  for (const ManifestFile& file : manifest.files)
    files.push_back({{"path", file.path}, {"size", file.size}, {"sha256", file.sha256}});
  const json document = {{"format", kFormat},
                         {"repository", manifest.repository},
                         {"revision", manifest.revision},
                         {"commit", manifest.commit},
                         {"files", files}};
  return write_durably(folder / kManifestName, document.dump(2) + "\n");
}

std::vector<std::string> differences(const fs::path& folder, const ModelManifest& manifest, bool hash,
                                     const std::function<bool(std::uint64_t)>& progress) {
  std::vector<std::string> found;
  for (const ManifestFile& file : manifest.files) {
    const fs::path path = folder / file.path;
    std::error_code failed;
    const std::uintmax_t size = fs::file_size(path, failed);
    if (failed) {
      found.push_back(concat(file.path, ": ", failed.message()));
    } else if (size != file.size) {
      found.push_back(concat(file.path, ": has ", size, " bytes, it was fetched with ", file.size));
    } else if (hash) {
      const Result<std::string> now = hash_of(path, progress);
      if (!now && now.error().code == ErrorCode::kCancelled) break;
      if (!now) found.push_back(now.error().message);
      if (now && *now != file.sha256)
        found.push_back(concat(file.path, ": its SHA-256 is ", *now, ", it was fetched with ", file.sha256));
    }
  }
  return found;
}

}  // namespace musicfleet
