#include "coordinator/cli/dev_file.h"

#include "common/secret_file.h"
#include "coordinator/cli/json_fields.h"

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace musicfleet::cli {
namespace {

using nlohmann::json;

Failure cannot_write(const std::filesystem::path& path) {
  return fail(ErrorCode::kInternal, "cannot write ", path.string(), ": ", std::strerror(errno));
}

}  // namespace

Result<DevFile> read_dev_file(const std::filesystem::path& path) {
  const json document = json::parse(MF_TRY(read_secret_file(path)), nullptr, false);
  DevFile file{text_of(document, "url"), text_of(document, "api_key"), text_of(document, "admin_url"),
               text_of(document, "admin_key")};
  if (file.url.empty() || file.api_key.empty() || file.admin_url.empty() || file.admin_key.empty())
    return fail(ErrorCode::kInvalidArgument, path.string(), " is not a file that `musicfleet dev` wrote");
  return file;
}

Result<> write_dev_file(const std::filesystem::path& path, const DevFile& file) {
  const nlohmann::ordered_json document{{"url", file.url},
                                        {"api_key", file.api_key},
                                        {"admin_url", file.admin_url},
                                        {"admin_key", file.admin_key}};
  return write_private_file(path, document.dump(2) + "\n");
}

Result<> write_private_file(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::path unfinished = path;
  unfinished += ".new";
  ::unlink(unfinished.c_str());
  const int file = ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return cannot_write(path);
  bool written = true;
  while (written && !text.empty()) {
    const ssize_t n = ::write(file, text.data(), text.size());
    written = n > 0;
    if (written) text.remove_prefix(static_cast<std::size_t>(n));
  }
  written = ::fsync(file) == 0 && written;
  written = ::close(file) == 0 && written;
  if (!written || ::rename(unfinished.c_str(), path.c_str()) != 0) return cannot_write(path);
  return {};
}

}  // namespace musicfleet::cli
