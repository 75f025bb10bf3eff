#include "common/hub/fetch_journal.h"

#include "common/hub/content_check.h"
#include "common/hub/durable_file.h"
#include "common/hub/repo_names.h"

#include <sstream>

namespace musicfleet {
namespace {

namespace fs = std::filesystem;

constexpr const char* kJournalName = "files.txt";

}  // namespace

Result<std::set<std::string>> read_journal(const fs::path& partial_folder) {
  const fs::path path = partial_folder / kJournalName;
  std::string text;
  const Result<> read = read_pieces(path, [&](std::string_view bytes) {
    text += bytes;
    return true;
  });
  if (!read && read.error().code == ErrorCode::kNotFound) return std::set<std::string>();
  MF_CHECK(read);
  std::set<std::string> paths;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line); paths.insert(line))
    if (!check_repo_path(line)) return fail(ErrorCode::kCorrupt, path.string(), ": has a path that is none");
  return paths;
}

Result<> write_journal(const fs::path& partial_folder, const std::set<std::string>& paths) {
  std::string text;
  for (const std::string& path : paths) text += path + "\n";
  return write_durably(partial_folder / kJournalName, text);
}

Result<> remove_journal(const fs::path& partial_folder) {
  return remove_durably(partial_folder / kJournalName);
}

}  // namespace musicfleet
