#include "common/hub/wanted_files.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <set>
#include <string_view>

namespace musicfleet {
namespace {

constexpr std::string_view kIndex = "model_index.json";
constexpr std::string_view kTokenizer = "tokenizer";

struct Part {
  std::string_view folder;
  std::string_view stem;  // of its weights
};
constexpr std::array<Part, 4> kParts{{{"text_encoder", "model"},
                                      {"condition_encoder", "diffusion_pytorch_model"},
                                      {"transformer", "diffusion_pytorch_model"},
                                      {"vae", "diffusion_pytorch_model"}}};

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

// "-00001-of-00002"
bool is_shard_number(std::string_view text) {
  const std::size_t of = text.find("-of-");
  return of != text.npos && text.starts_with('-') && is_digits(text.substr(1, of - 1)) &&
         is_digits(text.substr(of + 4));
}

enum class Kind { kNone, kWeights, kShard, kShardIndex, kConfig };

Kind kind_in_part(std::string_view name, const Part& part) {
  if (name == "config.json") return Kind::kConfig;
  if (!name.starts_with(part.stem)) return Kind::kNone;
  std::string_view rest = name.substr(part.stem.size());
  if (rest == ".safetensors") return Kind::kWeights;
  if (rest == ".safetensors.index.json") return Kind::kShardIndex;
  if (!rest.ends_with(".safetensors")) return Kind::kNone;
  rest.remove_suffix(std::string_view(".safetensors").size());
  return is_shard_number(rest) ? Kind::kShard : Kind::kNone;
}

bool is_tokenizer_file(std::string_view name) {
  return name.ends_with(".json") || name.ends_with(".model") || name == "merges.txt";
}

class Chooser {
 public:
  explicit Chooser(const std::vector<RepoFile>& files) {
    for (const RepoFile& file : files) paths_.insert(file.path);
  }

  bool wants(std::string_view path) const {
    if (path == kIndex) return true;
    const std::size_t slash = path.find('/');
    if (slash == path.npos || path.find('/', slash + 1) != path.npos) return false;
    const std::string_view folder = path.substr(0, slash), name = path.substr(slash + 1);
    if (folder == kTokenizer) return is_tokenizer_file(name);
    for (const Part& part : kParts) {
      if (folder != part.folder) continue;
      const Kind kind = kind_in_part(name, part);
      // The engine prefers one file to shards of the same weights.
      if (kind == Kind::kShard || kind == Kind::kShardIndex) return !has(weights_of(part));
      return kind != Kind::kNone;
    }
    return false;
  }

  std::string missing() const {
    std::string list;
    const auto need = [&](bool there, const std::string& path) {
      if (!there) list += (list.empty() ? "" : ", ") + path;
    };
    need(has(std::string(kIndex)), std::string(kIndex));
    need(has("tokenizer/tokenizer.json"), "tokenizer/tokenizer.json");
    for (const Part& part : kParts) {
      need(has(concat(part.folder, "/config.json")), concat(part.folder, "/config.json"));
      need(has(weights_of(part)) || has(weights_of(part) + ".index.json"), weights_of(part));
    }
    return list;
  }

 private:
  static std::string weights_of(const Part& part) {
    return concat(part.folder, "/", part.stem, ".safetensors");
  }
  bool has(const std::string& path) const { return paths_.contains(path); }

  std::set<std::string> paths_;
};

}  // namespace

std::uint64_t WantedFiles::bytes() const {
  return std::accumulate(wanted.begin(), wanted.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const RepoFile& file) { return sum + file.size; });
}

Result<WantedFiles> choose_files(std::vector<RepoFile> files) {
  std::sort(files.begin(), files.end(), [](const RepoFile& a, const RepoFile& b) { return a.path < b.path; });
  const auto twice = std::adjacent_find(
      files.begin(), files.end(), [](const RepoFile& a, const RepoFile& b) { return a.path == b.path; });
  if (twice != files.end()) return fail(ErrorCode::kCorrupt, "the hub lists ", twice->path, " twice");
  const Chooser chooser(files);
  if (const std::string missing = chooser.missing(); !missing.empty())
    return fail(
        ErrorCode::kInvalidArgument,
        "the repository is not an ACE-Step 1.5 checkpoint in the diffusers layout; missing: ", missing);
  WantedFiles chosen;
  for (RepoFile& file : files)
    (chooser.wants(file.path) ? chosen.wanted : chosen.skipped).push_back(std::move(file));
  if (chosen.bytes() > kMaxRepositoryBytes)
    return fail(ErrorCode::kCorrupt, "the hub's files have ", chosen.bytes(), " bytes, more than ",
                kMaxRepositoryBytes);
  return chosen;
}

}  // namespace musicfleet
