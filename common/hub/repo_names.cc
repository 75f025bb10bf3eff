#include "common/hub/repo_names.h"

#include "common/printable.h"

#include <algorithm>

namespace musicfleet {
namespace {

constexpr std::size_t kMaxNameBytes = 96;
constexpr std::size_t kMaxRevisionBytes = 200;
constexpr std::size_t kMaxPartBytes = 255;

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '.';
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxNameBytes && text.front() != '.' && text.front() != '-' &&
         std::all_of(text.begin(), text.end(), is_plain);
}

// Calls `take` with each part between slashes until it returns false; whether it never did.
template <class Take>
bool every_part(std::string_view path, Take take) {
  while (true) {
    const std::size_t slash = path.find('/');
    if (!take(path.substr(0, slash))) return false;
    if (slash == path.npos) return true;
    path.remove_prefix(slash + 1);
  }
}

}  // namespace

Result<> check_repository(std::string_view repository) {
  const std::size_t slash = repository.find('/');
  if (slash != repository.npos && is_name(repository.substr(0, slash)) &&
      is_name(repository.substr(slash + 1)))
    return {};
  return fail(ErrorCode::kInvalidArgument, "'", printable(repository), "' is not OWNER/NAME of a repository");
}

Result<> check_revision(std::string_view revision) {
  const auto good = [](std::string_view part) {
    return !part.empty() && part != "." && part != ".." && std::all_of(part.begin(), part.end(), is_plain);
  };
  if (revision.size() <= kMaxRevisionBytes && every_part(revision, good)) return {};
  return fail(ErrorCode::kInvalidArgument, "'", printable(revision), "' is not a branch, tag or commit");
}

bool is_commit(std::string_view text) {
  return text.size() == 40 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

Result<> check_repo_path(std::string_view path) {
  const auto refuse = [&](std::string_view why) {
    return fail(ErrorCode::kCorrupt, "the hub lists the path '", printable(path), "', which ", why);
  };
  if (path.size() > kMaxRepoPathBytes) return refuse("is too long");
  if (path.empty() || path.front() == '/') return refuse("is not relative");
  const auto is_forbidden = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '\\';
  };
  if (std::any_of(path.begin(), path.end(), is_forbidden)) return refuse("has a forbidden character");
  if (!every_part(path, [](std::string_view part) { return part.size() <= kMaxPartBytes; }))
    return refuse("has a part that is too long");
  if (!every_part(path, [](std::string_view part) { return !part.empty() && part != "." && part != ".."; }))
    return refuse("leaves its folder");
  return {};
}

}  // namespace musicfleet
