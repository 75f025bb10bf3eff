#include "worker/ace_v15/checkpoint.h"

#include "worker/ace_v15/component_parts.h"
#include "worker/nn/config_json.h"
#include "worker/nn/weights.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace musicfleet::ace_v15 {
namespace {

struct Component {
  std::string_view folder;
  std::string_view stem;  // of its weights; empty: has none
  std::string_view file;  // of its configuration
};

constexpr std::array<Component, 6> kComponents{
    {{kTextEncoderFiles.folder, kTextEncoderFiles.stem, "config.json"},
     {kConditionEncoderFiles.folder, kConditionEncoderFiles.stem, "config.json"},
     {kTransformerFiles.folder, kTransformerFiles.stem, "config.json"},
     {kVaeFiles.folder, kVaeFiles.stem, "config.json"},
     {"tokenizer", "", "tokenizer.json"},
     {"tokenizer", "", "tokenizer_config.json"}}};

bool is_there(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

template <class Part>
Result<typename Part::Network> load(const std::filesystem::path& folder, at::Device device,
                                    at::ScalarType type) {
  const typename Part::Config config = MF_TRY(Part::Config::read(folder / Part::kFiles.folder));
  const auto store =
      MF_TRY(nn::WeightStore::open(folder / Part::kFiles.folder, Part::kFiles.stem, device, type));
  typename Part::Network network = build<Part>(*store, config);
  MF_CHECK(store->finish(may_stay_unused<Part>()));
  return network;
}

}  // namespace

Result<> check_folder(const std::filesystem::path& folder) {
  if (!is_there(folder)) return fail(ErrorCode::kNotFound, folder.string(), ": no such folder");
  std::string missing;
  const auto need = [&](bool there, const std::string& what) {
    if (!there) missing += (missing.empty() ? "" : ", ") + what;
  };
  need(is_there(folder / "model_index.json"), "model_index.json");
  for (const Component& component : kComponents) {
    const std::filesystem::path inside = folder / component.folder;
    need(is_there(inside / component.file), concat(component.folder, "/", component.file));
    if (component.stem.empty()) continue;
    const std::string weights = concat(component.stem, ".safetensors");
    need(is_there(inside / weights) || is_there(inside / (weights + ".index.json")),
         concat(component.folder, "/", weights));
  }
  if (!missing.empty())
    return fail(ErrorCode::kNotFound, folder.string(),
                ": not an ACE-Step 1.5 checkpoint in the diffusers layout; missing: ", missing);
  nn::ConfigJson index = MF_TRY(nn::ConfigJson::read(folder / "model_index.json"));
  if (const std::string name = index.text_or("_class_name", ""); name != "AceStepPipeline")
    return fail(ErrorCode::kCorrupt, (folder / "model_index.json").string(), ": _class_name is '", name,
                "', not AceStepPipeline");
  return {};
}

Result<TextEncoder> load_text_encoder(const std::filesystem::path& folder, at::Device device,
                                      at::ScalarType type) {
  return load<TextEncoderPart>(folder, device, type);
}

Result<ConditionEncoder> load_condition_encoder(const std::filesystem::path& folder, at::Device device,
                                                at::ScalarType type) {
  return load<ConditionEncoderPart>(folder, device, type);
}

Result<Transformer> load_transformer(const std::filesystem::path& folder, at::Device device,
                                     at::ScalarType type) {
  return load<TransformerPart>(folder, device, type);
}

Result<VaeDecoder> load_vae_decoder(const std::filesystem::path& folder, at::Device device,
                                    at::ScalarType type) {
  return load<VaeDecoderPart>(folder, device, type);
}

Result<Networks> load_networks(const std::filesystem::path& folder, at::Device device, at::ScalarType type) {
  MF_CHECK(check_folder(folder));
  // One after the other: an early return out of a braced list would leak what it already holds (gcc 12).
  TextEncoder text_encoder = MF_TRY(load_text_encoder(folder, device, type));
  ConditionEncoder condition_encoder = MF_TRY(load_condition_encoder(folder, device, type));
  Transformer transformer = MF_TRY(load_transformer(folder, device, type));
  VaeDecoder vae_decoder = MF_TRY(load_vae_decoder(folder, device, type));
  const VaeConfig vae_config = MF_TRY(VaeConfig::read(folder / "vae"));
  return Networks{.text_encoder = std::move(text_encoder),
                  .condition_encoder = std::move(condition_encoder),
                  .transformer = std::move(transformer),
                  .vae_decoder = std::move(vae_decoder),
                  .vae_config = vae_config};
}

}  // namespace musicfleet::ace_v15
