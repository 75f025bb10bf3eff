#include "worker/audio/unfinished_file.h"

#include <system_error>

namespace musicfleet {

UnfinishedFile::UnfinishedFile(std::filesystem::path destination)
    : destination_(std::move(destination)), path_(destination_.string() + ".unfinished") {}

UnfinishedFile::~UnfinishedFile() {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

Result<std::uint64_t> UnfinishedFile::finish() {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path_, error);
  if (!error) std::filesystem::rename(path_, destination_, error);
  if (error)
    return fail(ErrorCode::kUnavailable, destination_.string(), ": cannot be finished: ", error.message());
  return std::uint64_t{size};
}

}  // namespace musicfleet
