#include "common/zmq/curve_key_pair.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace musicfleet::zmq {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kKeyCharacters = 40;

// A file descriptor that is always closed.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return fd_; }
  bool open() const { return fd_ >= 0; }

 private:
  int fd_;
};

Failure system_error(ErrorCode code, std::string_view what, const std::filesystem::path& path) {
  return fail(code, what, " ", path.string(), ": ", std::strerror(errno));
}

// The one line that is neither empty nor a comment. Key files are tiny: whatever is larger is not one.
Result<std::string> only_line(int fd, const std::filesystem::path& path) {
  std::array<char, 4096> text;
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t n = ::read(fd, text.data() + size, text.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return system_error(ErrorCode::kUnavailable, "cannot read", path);
    if (n == 0) break;
    size += static_cast<std::size_t>(n);
  }
  std::string found;
  std::string_view rest(text.data(), size);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.remove_suffix(1);
    // '#' is a letter of Z85, a blank is not.
    if (line.empty() || line == "#" || line.starts_with("# ")) continue;
    if (!found.empty()) return fail(ErrorCode::kCorrupt, path.string(), " holds more than one key");
    found = line;
  }
  if (!is_curve_key(found))
    return fail(ErrorCode::kCorrupt, path.string(), " does not hold a CURVE key (40 characters of Z85)");
  return found;
}

Result<std::string> public_of(const std::string& secret_key) {
  std::array<char, kKeyCharacters + 1> out{};
  if (zmq_curve_public(out.data(), secret_key.c_str()) != 0)
    return fail(ErrorCode::kInternal, "cannot derive the public key: ", zmq_strerror(zmq_errno()));
  return std::string(out.data());
}

}  // namespace

CurveKeyPair generate_key_pair() {
  std::array<char, kKeyCharacters + 1> public_key{}, secret_key{};
  do {
    if (zmq_curve_keypair(public_key.data(), secret_key.data()) != 0)
      throw std::runtime_error("libzmq was built without CURVE");
  } while (public_key[0] == '-');
  return {public_key.data(), secret_key.data()};
}

bool is_curve_key(std::string_view text) {
  if (text.size() != kKeyCharacters || text.find('\0') != std::string_view::npos) return false;
  std::array<std::uint8_t, kKeyBytes> raw;
  return zmq_z85_decode(raw.data(), std::string(text).c_str()) != nullptr;
}

Result<> write_key_file(const std::filesystem::path& path, const CurveKeyPair& keys) {
  const std::string text =
      concat("# musicfleet CURVE secret key: never leaves this machine\n# public key: ", keys.public_key,
             "\n", keys.secret_key, "\n");
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.open())
    return system_error(errno == EEXIST ? ErrorCode::kConflict : ErrorCode::kUnavailable, "cannot create",
                        path);
  std::string_view rest = text;
  while (!rest.empty()) {
    const ssize_t n = ::write(file.get(), rest.data(), rest.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return system_error(ErrorCode::kUnavailable, "cannot write", path);
    rest.remove_prefix(static_cast<std::size_t>(n));
  }
  if (::fsync(file.get()) != 0) return system_error(ErrorCode::kUnavailable, "cannot write", path);
  return {};
}

Result<CurveKeyPair> read_key_file(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (!file.open() || ::fstat(file.get(), &status) != 0)
    return system_error(errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kUnavailable,
                        "cannot open key file", path);
  if (!S_ISREG(status.st_mode)) return fail(ErrorCode::kForbidden, path.string(), " is not a file");
  if (status.st_mode & 077)
    return fail(ErrorCode::kForbidden, "key file ", path.string(),
                " is open to others than its owner; run: chmod 600 ", path.string());
  CurveKeyPair keys;
  keys.secret_key = MF_TRY(only_line(file.get(), path));
  keys.public_key = MF_TRY(public_of(keys.secret_key));
  return keys;
}

Result<std::string> read_public_key(const std::string& key_or_path) {
  if (is_curve_key(key_or_path)) return key_or_path;
  const Descriptor file(::open(key_or_path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.open())
    return fail(ErrorCode::kNotFound,
                "neither a CURVE public key (40 characters of Z85) nor a readable file: ", key_or_path);
  return only_line(file.get(), key_or_path);
}

}  // namespace musicfleet::zmq
