#include "worker/text/added_tokens.h"

namespace musicfleet {

void AddedTokens::add(std::string content, std::int64_t id) {
  lengths_.insert(content.size());
  if (first_bytes_.find(content.front()) == std::string::npos) first_bytes_ += content.front();
  ids_.insert_or_assign(std::move(content), id);
}

std::vector<AddedTokens::Segment> AddedTokens::split(std::string_view text) const {
  std::vector<Segment> segments;
  std::size_t text_begin = 0;
  for (std::size_t at = text.find_first_of(first_bytes_); at != std::string_view::npos;
       at = text.find_first_of(first_bytes_, at)) {
    const std::optional<Segment> token = token_at_start(text.substr(at));
    if (!token) {
      ++at;
      continue;
    }
    if (at > text_begin) segments.push_back({text.substr(text_begin, at - text_begin), std::nullopt});
    segments.push_back(*token);
    at += token->text.size();
    text_begin = at;
  }
  if (text_begin < text.size()) segments.push_back({text.substr(text_begin), std::nullopt});
  return segments;
}

std::optional<AddedTokens::Segment> AddedTokens::token_at_start(std::string_view text) const {
  for (const std::size_t length : lengths_) {
    if (length > text.size()) continue;
    const std::string_view candidate = text.substr(0, length);
    if (const auto found = ids_.find(candidate); found != ids_.end())
      return Segment{candidate, found->second};
  }
  return std::nullopt;
}

}  // namespace musicfleet
