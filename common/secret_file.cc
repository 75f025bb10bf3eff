#include "common/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace musicfleet {
namespace {

constexpr std::size_t kMaxBytes = 64 * 1024;
constexpr const char* kBlank = " \t\r\n";

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

Failure cannot_read(const std::filesystem::path& path) {
  return fail(ErrorCode::kInvalidArgument, "cannot read ", path.string(), ": ", std::strerror(errno));
}

}  // namespace

Result<std::string> read_secret_file(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (file.number() < 0 || ::fstat(file.number(), &status) != 0) return cannot_read(path);
  if (S_ISDIR(status.st_mode)) return fail(ErrorCode::kForbidden, path.string(), " is not a file");
  if (S_ISREG(status.st_mode) && (status.st_mode & 077) != 0)
    return fail(ErrorCode::kForbidden, path.string(), " is open to others than its owner; run: chmod 600 ",
                path.string());
  std::string text;
  std::array<char, 4096> piece;
  ssize_t n = 0;
  while ((n = ::read(file.number(), piece.data(), piece.size())) > 0) {
    text.append(piece.data(), static_cast<std::size_t>(n));
    if (text.size() > kMaxBytes)
      return fail(ErrorCode::kCorrupt, path.string(), " is too long for a file with a secret");
  }
  if (n < 0) return cannot_read(path);
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string::npos) return fail(ErrorCode::kCorrupt, path.string(), " is empty");
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

}  // namespace musicfleet
