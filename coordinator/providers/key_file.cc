#include "coordinator/providers/key_file.h"

#include "common/secret_file.h"

#include <algorithm>

namespace musicfleet::providers {
namespace {

constexpr std::size_t kMostCharacters = 512;

}  // namespace

Result<std::string> read_key(const std::filesystem::path& file) {
  std::string key = MF_TRY(read_secret_file(file));
  const bool printable = std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < 0x7F; });
  if (!printable || key.size() > kMostCharacters)
    return fail(ErrorCode::kCorrupt, file.string(), " must hold one key of at most ", kMostCharacters,
                " printable characters and nothing else");
  return key;
}

}  // namespace musicfleet::providers
