#include "coordinator/data_folder.h"

#include "common/random.h"
#include "common/secret_file.h"

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace musicfleet {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kAdminPrefix = "mfa_";
constexpr std::string_view kWebhookPrefix = "mfw_";
constexpr std::size_t kSecretCharacters = 43;  // of base 62: 256 bits

Failure system_failure(std::string_view doing, const fs::path& path) {
  return fail(ErrorCode::kUnavailable, doing, ' ', path.string(), ": ", std::strerror(errno));
}

// Creates or replaces a file with mode 0600: whole or not at all.
Result<> write_private(const fs::path& path, const std::string& text) {
  const fs::path temporary = path.string() + ".new";
  const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return system_failure("cannot create", temporary);
  const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const bool safe = written && ::fsync(file) == 0;
  ::close(file);
  if (!safe || ::rename(temporary.c_str(), path.c_str()) != 0) return system_failure("cannot write", path);
  return {};
}

Result<std::string> read_secret(const fs::path& path) {
  const std::string key = MF_TRY(read_secret_file(path));
  if (key.size() < kSecretCharacters) return fail(ErrorCode::kCorrupt, path.string(), " holds no key");
  return key;
}

}  // namespace

Result<DataFolder> DataFolder::open(const fs::path& path) {
  std::error_code error;
  const bool is_new = fs::create_directories(path, error);
  if (error) return fail(ErrorCode::kUnavailable, "cannot create ", path.string(), ": ", error.message());
  if (is_new) fs::permissions(path, fs::perms::owner_all, error);
  const fs::path lock_file = path / "lock";
  const int lock = ::open(lock_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) return system_failure("cannot open", lock_file);
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    ::close(lock);
    return fail(ErrorCode::kConflict, "another coordinator is running on ", path.string());
  }
  return DataFolder(path, lock);
}

DataFolder::DataFolder(DataFolder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

DataFolder::~DataFolder() {
  if (lock_ >= 0) ::close(lock_);
}

Result<std::string> DataFolder::admin_key() const { return secret("admin.key", kAdminPrefix); }

Result<std::string> DataFolder::webhook_key() const { return secret("webhooks.key", kWebhookPrefix); }

Result<std::string> DataFolder::secret(const char* file, std::string_view prefix) const {
  const fs::path path = path_ / file;
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) return read_secret(path);
  // Only a missing key is drawn: one that cannot be looked at is still in use.
  if (errno != ENOENT) return system_failure("cannot look at", path);
  const std::string key = std::string(prefix) + random_token(kSecretCharacters);
  MF_CHECK(write_private(path, key + '\n'));
  return key;
}

Result<> DataFolder::announce(const Endpoints& endpoints) const {
  nlohmann::ordered_json json{{"http_url", endpoints.http_url},
                              {"admin_url", endpoints.admin_url},
                              {"fleet_endpoint", endpoints.fleet_endpoint},
                              {"fleet_public_key", endpoints.fleet_public_key},
                              {"pid", ::getpid()}};
  if (!endpoints.fleet_next_endpoint.empty()) {
    json["fleet_next_endpoint"] = endpoints.fleet_next_endpoint;
    json["fleet_next_public_key"] = endpoints.fleet_next_public_key;
  }
  return write_private(endpoints_file(), json.dump(2) + '\n');
}

void DataFolder::withdraw() const {
  std::error_code ignored;
  fs::remove(endpoints_file(), ignored);
}

}  // namespace musicfleet
