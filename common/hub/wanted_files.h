// Which of a repository's files text to music needs: the configuration, safetensors and tokenizer of the
// components that the engine reads (docs/weights.md), in the diffusers layout. Everything else, among it all
// that could run code when it is loaded (.bin, .pt, .pkl, .py), is left where it is. Pure, any thread.
#pragma once

#include "common/hub/repo_file.h"
#include "common/result.h"

#include <vector>

namespace musicfleet {

struct WantedFiles {
  std::vector<RepoFile> wanted;
  std::vector<RepoFile> skipped;

  std::uint64_t bytes() const;  // of those wanted
};

// kInvalidArgument names what is missing where the repository is no such checkpoint; kCorrupt for a list that
// names a path twice or would fill more than kMaxRepositoryBytes.
inline constexpr std::uint64_t kMaxRepositoryBytes = std::uint64_t{256} << 30;
Result<WantedFiles> choose_files(std::vector<RepoFile> files);

}  // namespace musicfleet
