#include "common/hub/repo_tree.h"

#include "common/hub/repo_names.h"
#include "common/printable.h"

#include <nlohmann/json.hpp>

namespace musicfleet {
namespace {

using nlohmann::json;

constexpr std::size_t kSha256Digits = 64;

bool is_hash(const std::string& text, std::size_t digits) {
  return text.size() == digits && text.find_first_not_of("0123456789abcdef") == text.npos;
}

std::string text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Result<std::uint64_t> size_of(const json& object, const std::string& path) {
  const auto found = object.find("size");
  if (found == object.end() || !found->is_number_unsigned())
    return fail(ErrorCode::kCorrupt, "the hub gives no size for ", path);
  const auto size = found->get<std::uint64_t>();
  if (size > kMaxFileBytes)
    return fail(ErrorCode::kCorrupt, "the hub says that ", path, " has ", size, " bytes, more than ",
                kMaxFileBytes);
  return size;
}

Result<RepoFile> file_of(const json& entry) {
  RepoFile file;
  file.path = text_of(entry, "path");
  MF_CHECK(check_repo_path(file.path));
  file.size = MF_TRY(size_of(entry, file.path));
  const auto lfs = entry.find("lfs");
  if (lfs == entry.end() || lfs->is_null()) {
    file.git_oid = text_of(entry, "oid");
    if (!is_commit(file.git_oid)) return fail(ErrorCode::kCorrupt, "the hub gives no hash for ", file.path);
    return file;
  }
  if (!lfs->is_object() || !is_hash(file.sha256 = text_of(*lfs, "oid"), kSha256Digits))
    return fail(ErrorCode::kCorrupt, "the hub gives no SHA-256 for ", file.path);
  file.size = MF_TRY(size_of(*lfs, file.path));
  return file;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

Result<std::vector<RepoFile>> parse_tree(std::string_view text) {
  const json page = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!page.is_array()) return fail(ErrorCode::kCorrupt, "the hub's list of files is not a JSON list");
  std::vector<RepoFile> files;
  for (const json& entry : page) {
    if (!entry.is_object())
      return fail(ErrorCode::kCorrupt, "the hub's list of files has an entry that is none");
    if (text_of(entry, "type") == "file") files.push_back(MF_TRY(file_of(entry)));
  }
  return files;
}

std::optional<std::string> next_page(std::string_view link) {
  while (!link.empty()) {
    const std::size_t open = link.find('<');
    const std::size_t close = link.find('>');
    if (open == link.npos || close == link.npos || close < open) return {};
    const std::string_view url = link.substr(open + 1, close - open - 1);
    link.remove_prefix(close + 1);
    const std::size_t next = link.find('<');
    std::string_view parameters = link.substr(0, next);
    link = next == link.npos ? std::string_view() : link.substr(next);
    while (!parameters.empty()) {
      const std::size_t end = parameters.find_first_of(";,");
      const std::string_view parameter = trimmed(parameters.substr(0, end));
      if (parameter == "rel=\"next\"" || parameter == "rel=next") return std::string(url);
      parameters = end == parameters.npos ? std::string_view() : parameters.substr(end + 1);
    }
  }
  return {};
}

}  // namespace musicfleet
