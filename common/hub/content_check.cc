#include "common/hub/content_check.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

namespace musicfleet {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{1} << 20;

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

ContentCheck::ContentCheck(const RepoFile& file) : file_(file) {
  if (file.sha256.empty()) git_.emplace(file.size);
}

void ContentCheck::update(std::string_view bytes) {
  bytes_ += bytes.size();
  sha256_.update(bytes);
  if (git_) git_->update(bytes);
}

Result<std::string> ContentCheck::finish() {
  if (bytes_ != file_.size)
    return fail(ErrorCode::kCorrupt, file_.path, " has ", bytes_, " bytes, the hub's list says ", file_.size);
  const std::string sha256 = to_hex(sha256_.finish());
  const std::string found = git_ ? git_->finish() : sha256;
  if (found == file_.key()) return sha256;
  return fail(ErrorCode::kCorrupt, file_.path, " has the ", git_ ? "git hash " : "SHA-256 ", found,
              ", the hub's list says ", file_.key());
}

Result<> read_pieces(const std::filesystem::path& path, const std::function<bool(std::string_view)>& take) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
  if (!file)
    return fail(errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kInternal, path.string(), ": ",
                std::strerror(errno));
  std::setvbuf(file.get(), nullptr, _IONBF, 0);
  std::vector<char> piece(kPieceBytes);
  while (const std::size_t n = std::fread(piece.data(), 1, piece.size(), file.get()))
    if (!take({piece.data(), n})) return {};
  if (std::ferror(file.get())) return fail(ErrorCode::kInternal, path.string(), ": ", std::strerror(errno));
  return {};
}

}  // namespace musicfleet
