// What may be a repository, a revision and a path in one: what a person typed and, above all, what a server
// says, which is written to disk under that path. Pure functions, any thread.
#pragma once

#include "common/result.h"

#include <string_view>

namespace musicfleet {

inline constexpr std::size_t kMaxRepoPathBytes = 512;

// "owner/name": letters, digits, '-', '_', '.'.
Result<> check_repository(std::string_view repository);

// A branch, a tag, "refs/pr/1" or a commit.
Result<> check_revision(std::string_view revision);

// 40 lower-case hexadecimal digits.
bool is_commit(std::string_view text);

// A relative path that stays inside the folder that it is put in, whatever that is: no empty, "." or ".."
// part, no backslash, no control character, UTF-8 taken as it is, at most kMaxRepoPathBytes and 255 a part.
// kCorrupt.
Result<> check_repo_path(std::string_view path);

}  // namespace musicfleet
