#include "worker/text/bpe_json.h"

#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace musicfleet {
namespace {

Result<std::pair<std::string, std::string>> read_merge(const JsonView& merge) {
  if (merge.is_string()) {
    const std::string text = MF_TRY(merge.string());
    const std::size_t space = text.find(' ');
    if (space == std::string::npos || text.find(' ', space + 1) != std::string::npos || space == 0 ||
        space + 1 == text.size())
      return merge.complain("must be two tokens with one space between them, not \"", text, "\"");
    return std::pair(text.substr(0, space), text.substr(space + 1));
  }
  const std::vector<JsonView> pair = MF_TRY(merge.elements());
  if (pair.size() != 2) return merge.complain("must be a pair of tokens, not a list of ", pair.size());
  std::string left = MF_TRY(pair[0].string());
  std::string right = MF_TRY(pair[1].string());
  return std::pair(std::move(left), std::move(right));
}

// Options of BPE that change ids and that no byte-level tokenizer of interest uses.
Result<> refuse_unsupported_options(const JsonView& model) {
  for (const char* affix : {"continuing_subword_prefix", "end_of_word_suffix"}) {
    const std::optional<JsonView> value = MF_TRY(model.find(affix));
    if (value && !MF_TRY(value->string()).empty()) return value->complain("is not supported");
  }
  if (MF_TRY(model.flag("byte_fallback"))) return model.complain("has byte_fallback, which is not supported");
  if (const auto dropout = MF_TRY(model.find("dropout"))) return dropout->complain("is not supported");
  return {};
}

}  // namespace

Result<Bpe> read_bpe(const JsonView& model) {
  const std::string type = MF_TRY(model.string_at("type"));
  if (type != "BPE") return model.complain("is of type ", type, ", not BPE");
  MF_CHECK(refuse_unsupported_options(model));

  Bpe::Vocabulary vocabulary;
  std::unordered_set<std::int32_t> ids;
  for (const auto& [token, view] : MF_TRY(model.at("vocab").and_then(&JsonView::members))) {
    const std::int32_t id = MF_TRY(view.id());
    if (!ids.insert(id).second) return view.complain("has the id ", id, ", which another token has already");
    vocabulary.emplace(token, id);
  }
  Bpe::Merges merges;
  const std::vector<JsonView> listed = MF_TRY(model.at("merges").and_then(&JsonView::elements));
  if (listed.empty()) return model.complain("has no merges");
  merges.reserve(listed.size());
  for (const JsonView& merge : listed) merges.push_back(MF_TRY(read_merge(merge)));

  auto bpe = Bpe::build(std::move(vocabulary), merges, MF_TRY(model.flag("ignore_merges")));
  if (!bpe) return fail(bpe.error().code, "model.", bpe.error().message);
  return bpe;
}

}  // namespace musicfleet
