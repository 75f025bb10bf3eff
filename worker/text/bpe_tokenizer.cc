#include "worker/text/bpe_tokenizer.h"

#include "common/job_spec.h"
#include "worker/text/normalizer.h"

#include <fstream>
#include <sstream>

namespace musicfleet {

Result<BpeTokenizer> BpeTokenizer::load(const std::filesystem::path& tokenizer_json) {
  std::ifstream file(tokenizer_json, std::ios::binary);
  if (!file) return fail(ErrorCode::kNotFound, tokenizer_json.string(), ": cannot be opened");
  // The stream buffer throws for a directory; operator<< turns that into a state.
  std::ostringstream content;
  content << file.rdbuf();
  const std::string text = std::move(content).str();
  if (text.empty())
    return fail(ErrorCode::kCorrupt, tokenizer_json.string(), ": cannot be read, or is empty");
  auto tokenizer = parse(text);
  if (!tokenizer)
    return fail(tokenizer.error().code, tokenizer_json.string(), ": ", tokenizer.error().message);
  return tokenizer;
}

Result<BpeTokenizer> BpeTokenizer::parse(std::string_view tokenizer_json) {
  return BpeTokenizer(MF_TRY(read_tokenizer_json(tokenizer_json)));
}

Result<Encoding> BpeTokenizer::encode(std::string_view utf8, std::size_t max_tokens) const {
  const std::size_t around = parts_.prefix.size() + parts_.suffix.size();
  if (max_tokens < around)
    return fail(ErrorCode::kInvalidArgument, "a limit of ", max_tokens, " tokens leaves no room for the ",
                around, " that the tokenizer adds");
  Encoding encoding = MF_TRY(encode_content(utf8, max_tokens - around));
  encoding.ids.insert(encoding.ids.begin(), parts_.prefix.begin(), parts_.prefix.end());
  encoding.ids.insert(encoding.ids.end(), parts_.suffix.begin(), parts_.suffix.end());
  return encoding;
}

Result<Encoding> BpeTokenizer::encode_content(std::string_view utf8, std::size_t max_tokens) const {
  if (!is_utf8(utf8)) return fail(ErrorCode::kInvalidArgument, "the text is not well-formed UTF-8");
  Encoding encoding;
  for (const AddedTokens::Segment& raw : parts_.raw_tokens.split(utf8)) {
    if (encoding.ids.size() > max_tokens) break;
    if (raw.id) {
      encoding.ids.push_back(*raw.id);
      continue;
    }
    const std::string text = parts_.normalize_to_nfc ? MF_TRY(to_nfc(raw.text)) : std::string(raw.text);
    for (const AddedTokens::Segment& segment : parts_.normalized_tokens.split(text)) {
      if (segment.id)
        encoding.ids.push_back(*segment.id);
      else
        MF_CHECK(encode_text(segment.text, max_tokens, encoding.ids));
    }
  }
  encoding.truncated = encoding.ids.size() > max_tokens;
  if (encoding.truncated) encoding.ids.resize(max_tokens);
  return encoding;
}

// Appends the ids of text without added tokens; stops early once there are more than will be kept.
Result<> BpeTokenizer::encode_text(std::string_view text, std::size_t max_tokens,
                                   std::vector<std::int64_t>& ids) const {
  for (const std::string& piece : MF_TRY(parts_.pre_tokenizer.split(text))) {
    if (ids.size() > max_tokens) break;
    parts_.bpe.encode(piece, ids);
  }
  return {};
}

std::optional<std::int64_t> BpeTokenizer::id_of(std::string_view token) const {
  if (const auto added = parts_.added_ids.find(token); added != parts_.added_ids.end()) return added->second;
  if (const auto known = parts_.bpe.id_of(token)) return *known;
  return std::nullopt;
}

}  // namespace musicfleet
