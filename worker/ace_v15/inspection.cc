#include "worker/ace_v15/inspection.h"

#include "worker/ace_v15/checkpoint.h"
#include "worker/ace_v15/component_parts.h"
#include "worker/ace_v15/memory_widths.h"
#include "worker/ace_v15/token_batch.h"
#include "worker/nn/config_json.h"

#include <c10/core/InferenceMode.h>

#include <exception>

namespace musicfleet::ace_v15 {
namespace {

namespace fs = std::filesystem;

std::string size_of(const TransformerConfig& config) {
  if (config.hidden_size == 2048 && config.num_hidden_layers == 24) return "2B";
  if (config.hidden_size == 2560 && config.num_hidden_layers == 32) return "XL";
  return "other";
}

class Inspector {
 public:
  explicit Inspector(const fs::path& folder) : folder_(folder) {}

  Inspection run() && {
    if (const Result<> layout = check_folder(folder_); !layout) fault(layout.error().message);
    bind<TextEncoderPart>();
    bind<ConditionEncoderPart>();
    bind<TransformerPart>();
    bind<VaeDecoderPart>();
    if (fs::exists(folder_ / "tokenizer"))
      if (const auto tokens = Tokenization::load(folder_ / "tokenizer"); !tokens)
        fault(tokens.error().message);
    describe();
    return std::move(found_);
  }

 private:
  void fault(std::string text) { found_.faults.push_back(std::move(text)); }

  // A component whose folder is missing is named by check_folder().
  template <class Part>
  void bind() {
    if (!fs::exists(folder_ / Part::kFiles.folder)) return;
    ComponentFacts facts;
    facts.name = Part::kFiles.folder;
    if (count(facts, Part::kFiles.stem)) try_to_bind<Part>(facts);
    found_.components.push_back(std::move(facts));
  }

  bool count(ComponentFacts& facts, std::string_view stem) {
    const auto files = nn::open_component(folder_ / facts.name, stem);
    if (!files) fault(files.error().message);
    if (!files) return false;
    for (const nn::SafetensorsFile& file : *files) {
      facts.file_bytes += file.file->bytes().size();
      facts.tensors += file.entries.size();
      for (const auto& [name, entry] : file.entries) {
        facts.parameters += static_cast<std::int64_t>((entry.end - entry.begin) / nn::size_of(entry.type));
        facts.precisions.insert(std::string(nn::name_of(entry.type)));
      }
    }
    return true;
  }

  // What libtorch throws for widths that no tensor can have is a fault of the checkpoint as well.
  template <class Part>
  void try_to_bind(ComponentFacts& facts) {
    try {
      const c10::InferenceMode inference;
      const auto config = Part::Config::read(folder_ / Part::kFiles.folder);
      if (!config) return fault(config.error().message);
      const auto store =
          nn::WeightStore::open(folder_ / Part::kFiles.folder, Part::kFiles.stem, at::kMeta, at::kFloat);
      if (!store) return fault(store.error().message);
      [[maybe_unused]] const typename Part::Network network = build<Part>(**store, *config);
      for (const std::string& text : (*store)->faults(may_stay_unused<Part>()))
        fault(concat(Part::kFiles.folder, ": ", text));
      facts.used_parameters = (*store)->used_elements();
    } catch (const std::exception& error) {
      fault(concat(Part::kFiles.folder, ": ", error.what()));
    }
  }

  void describe() {
    if (const auto config = TransformerConfig::read(folder_ / "transformer")) {
      found_.is_turbo = config->is_turbo;
      found_.size = size_of(*config);
      found_.recommended = recommended_for(config->is_turbo);
      found_.variant = variant();
    }
    if (const auto config = VaeConfig::read(folder_ / "vae")) found_.sample_rate_hz = config->sampling_rate;
    if (auto widths = read_memory_widths(folder_)) {
      widths->parameters = 0;
      for (const ComponentFacts& component : found_.components)
        widths->parameters += static_cast<std::uint64_t>(component.used_parameters);
      found_.widths = *widths;
    }
  }

  std::string variant() const {
    if (found_.is_turbo) return "turbo";
    auto json = nn::ConfigJson::read(folder_ / "transformer" / "config.json");
    const std::string version = json ? json->text_or("model_version", "") : "";
    return version == "base" || version == "sft" ? version : "base or sft";
  }

  fs::path folder_;
  Inspection found_;
};

}  // namespace

Inspection inspect(const fs::path& folder) { return Inspector(folder).run(); }

}  // namespace musicfleet::ace_v15
