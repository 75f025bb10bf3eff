#include "worker/text/pre_tokenizer.h"

namespace musicfleet {
namespace {

Result<std::vector<std::string_view>> cut_by(const std::vector<SplitPattern>& patterns,
                                             std::string_view text) {
  std::vector<std::string_view> pieces;
  if (!text.empty()) pieces.push_back(text);
  for (const SplitPattern& pattern : patterns) {
    std::vector<std::string_view> finer;
    for (const std::string_view piece : pieces) MF_CHECK(pattern.split(piece, finer));
    pieces = std::move(finer);
  }
  return pieces;
}

}  // namespace

Result<std::vector<std::string>> PreTokenizer::split(std::string_view text) const {
  std::vector<std::string> pieces;
  for (const std::string_view coarse : MF_TRY(cut_by(splits_, text))) {
    std::string piece(coarse);
    if (add_prefix_space_ && piece.front() != ' ') piece.insert(piece.begin(), ' ');
    for (const std::string_view fine : MF_TRY(cut_by(byte_level_splits_, piece))) pieces.emplace_back(fine);
  }
  return pieces;
}

}  // namespace musicfleet
