// The list of a repository's files as a hub gives it (Hugging Face's GET /api/models/REPO/tree/COMMIT): JSON
// pages that name each other in a Link header. Nothing in it is trusted: paths, sizes and hashes are checked
// here, once. Pure functions, any thread.
#pragma once

#include "common/hub/repo_file.h"
#include "common/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace musicfleet {

inline constexpr std::uint64_t kMaxFileBytes = std::uint64_t{64} << 30;
inline constexpr std::size_t kMaxRepoFiles = 10'000;

// The files of one page; folders are left out. kCorrupt with what is wrong.
Result<std::vector<RepoFile>> parse_tree(std::string_view json);

// The URL of the next page in a Link header's value: <URL>; rel="next".
std::optional<std::string> next_page(std::string_view link);

}  // namespace musicfleet
