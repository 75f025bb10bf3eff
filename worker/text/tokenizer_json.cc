#include "worker/text/tokenizer_json.h"

#include "worker/text/bpe_json.h"
#include "worker/text/json_view.h"
#include "worker/text/normalizer.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace musicfleet {
namespace {

using Members = std::vector<JsonView>;

// A component is null, one object, or a Sequence of components under `list`: the flat list of the objects in
// it. Sequences may nest, but no published file nests deeper than this.
constexpr int kMaxNesting = 8;

Result<> flatten(const JsonView& component, std::string_view list, int depth, Members& flat) {
  if (component.is_null()) return {};
  if (depth > kMaxNesting) return component.complain("is nested too deeply");
  if (MF_TRY(component.string_at("type")) != "Sequence") {
    flat.push_back(component);
    return {};
  }
  for (const JsonView& inner : MF_TRY(component.at(list).and_then(&JsonView::elements)))
    MF_CHECK(flatten(inner, list, depth + 1, flat));
  return {};
}

Result<Members> components(const JsonView& root, std::string_view name, std::string_view list) {
  Members flat;
  const std::optional<JsonView> component = MF_TRY(root.find(name));
  if (component) MF_CHECK(flatten(*component, list, 0, flat));
  return flat;
}

Failure unsupported_type(const JsonView& component, std::string_view type) {
  return component.complain("is of type ", type, ", which is not supported");
}

Result<bool> read_normalizer(const JsonView& root) {
  const Members normalizers = MF_TRY(components(root, "normalizer", "normalizers"));
  for (const JsonView& normalizer : normalizers) {
    const std::string type = MF_TRY(normalizer.string_at("type"));
    if (type != "NFC") return unsupported_type(normalizer, type);
  }
  return !normalizers.empty();
}

Result<SplitPattern> read_split(const JsonView& split) {
  const std::string behavior = MF_TRY(split.string_at("behavior"));
  if (behavior != "Isolated")
    return split.complain("has the behavior ", behavior, "; only Isolated is supported");
  if (MF_TRY(split.flag("invert"))) return split.complain("is inverted, which is not supported");
  const JsonView pattern = MF_TRY(split.at("pattern"));
  const std::string regex = MF_TRY(pattern.string_at("Regex"));
  auto compiled = SplitPattern::compile(regex);
  if (!compiled) return pattern.complain("is refused: ", compiled.error().message);
  return compiled;
}

Result<PreTokenizer> read_pre_tokenizer(const JsonView& root) {
  const Members chain = MF_TRY(components(root, "pre_tokenizer", "pretokenizers"));
  std::vector<SplitPattern> splits, byte_level_splits;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    const JsonView& step = chain[i];
    const std::string type = MF_TRY(step.string_at("type"));
    if (type == "Split") {
      splits.push_back(MF_TRY(read_split(step)));
    } else if (type != "ByteLevel") {
      return unsupported_type(step, type);
    } else if (i + 1 < chain.size()) {
      return step.complain("must be the last pre-tokenizer");
    } else {
      const bool add_prefix_space = MF_TRY(step.at("add_prefix_space").and_then(&JsonView::boolean));
      const std::optional<JsonView> use_regex = MF_TRY(step.find("use_regex"));
      if (!use_regex || MF_TRY(use_regex->boolean()))
        byte_level_splits.push_back(MF_TRY(SplitPattern::compile(PreTokenizer::kByteLevelPattern)));
      return PreTokenizer(std::move(splits), add_prefix_space, std::move(byte_level_splits));
    }
  }
  return fail(ErrorCode::kCorrupt, "pre_tokenizer has no ByteLevel: this is not a byte-level tokenizer");
}

Result<> read_added_tokens(const JsonView& root, TokenizerParts& parts) {
  const std::optional<JsonView> list = MF_TRY(root.find("added_tokens"));
  if (!list) return {};
  std::unordered_map<std::int64_t, std::string> contents;
  for (const JsonView& token : MF_TRY(list->elements())) {
    const std::string content = MF_TRY(token.string_at("content"));
    const std::int32_t id = MF_TRY(token.at("id").and_then(&JsonView::id));
    if (content.empty()) return token.complain("has an empty content");
    for (const char* option : {"lstrip", "rstrip", "single_word"})
      if (MF_TRY(token.flag(option))) return token.complain("has ", option, ", which is not supported");
    if (!contents.emplace(id, content).second)
      return token.complain("has the id ", id, " of another added token");
    if (const auto known = parts.bpe.id_of(content); known && *known != id)
      return token.complain("has the id ", id, " where vocab says ", *known);
    else if (!known && parts.bpe.has_id(id))
      return token.complain("has the id ", id, ", which vocab gives to another token");
    if (!parts.added_ids.emplace(content, id).second) return token.complain("is listed twice");

    const bool after_normalizer = parts.normalize_to_nfc && MF_TRY(token.flag("normalized"));
    if (after_normalizer)
      parts.normalized_tokens.add(MF_TRY(to_nfc(content)), id);
    else
      parts.raw_tokens.add(content, id);
  }
  return {};
}

// The tokens that a TemplateProcessing puts before and after the text (template "single").
Result<> read_template(const JsonView& processor, TokenizerParts& parts) {
  const JsonView special_tokens = MF_TRY(processor.at("special_tokens"));
  std::vector<std::int64_t> before, after;
  bool seen_text = false;
  const JsonView single = MF_TRY(processor.at("single"));
  for (const JsonView& piece : MF_TRY(single.elements())) {
    if (const auto sequence = MF_TRY(piece.find("Sequence"))) {
      if (seen_text || MF_TRY(sequence->string_at("id")) != "A")
        return single.complain("must hold the sequence A once and no other");
      seen_text = true;
      continue;
    }
    const JsonView token = MF_TRY(piece.at("SpecialToken"));
    const std::string name = MF_TRY(token.string_at("id"));
    const JsonView special_token = MF_TRY(special_tokens.at(name));
    for (const JsonView& id : MF_TRY(special_token.at("ids").and_then(&JsonView::elements)))
      (seen_text ? after : before).push_back(MF_TRY(id.id()));
  }
  if (!seen_text) return single.complain("does not hold the sequence A");
  parts.prefix.insert(parts.prefix.begin(), before.begin(), before.end());
  parts.suffix.insert(parts.suffix.end(), after.begin(), after.end());
  return {};
}

Result<> read_post_processor(const JsonView& root, TokenizerParts& parts) {
  for (const JsonView& processor : MF_TRY(components(root, "post_processor", "processors"))) {
    const std::string type = MF_TRY(processor.string_at("type"));
    if (type == "ByteLevel") continue;  // moves offsets only
    if (type != "TemplateProcessing") return unsupported_type(processor, type);
    MF_CHECK(read_template(processor, parts));
  }
  return {};
}

// A template may name only ids that the tokenizer has.
Result<> check_template_ids(const TokenizerParts& parts) {
  for (const auto* around : {&parts.prefix, &parts.suffix}) {
    for (const std::int64_t id : *around) {
      const auto is_id = [id](const auto& token) { return token.second == id; };
      if (!parts.bpe.has_id(id) && std::none_of(parts.added_ids.begin(), parts.added_ids.end(), is_id))
        return fail(ErrorCode::kCorrupt, "post_processor names the unknown id ", id);
    }
  }
  return {};
}

}  // namespace

Result<TokenizerParts> read_tokenizer_json(std::string_view text) {
  const nlohmann::json document = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded()) return fail(ErrorCode::kCorrupt, "the document is not well-formed JSON");
  const JsonView root(document);
  const std::optional<JsonView> version = MF_TRY(root.find("version"));
  if (version && MF_TRY(version->string()) != "1.0") return version->complain("is not 1.0");
  const JsonView model = MF_TRY(root.at("model"));
  Bpe bpe = MF_TRY(read_bpe(model));
  PreTokenizer pre_tokenizer = MF_TRY(read_pre_tokenizer(root));
  const bool normalize_to_nfc = MF_TRY(read_normalizer(root));
  TokenizerParts parts{std::move(bpe), std::move(pre_tokenizer), normalize_to_nfc, {}, {}, {}, {}, {}};
  MF_CHECK(read_added_tokens(root, parts));
  MF_CHECK(read_post_processor(root, parts));
  MF_CHECK(check_template_ids(parts));
  return parts;
}

}  // namespace musicfleet
