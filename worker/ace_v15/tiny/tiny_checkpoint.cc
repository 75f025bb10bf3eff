#include "worker/ace_v15/tiny/tiny_checkpoint.h"

#include "worker/ace_v15/tiny/tiny_networks.h"

#include <nlohmann/json.hpp>
#include <unistd.h>

#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

namespace musicfleet::embedded {
extern const std::string_view kTinyTokenizer;
extern const std::string_view kTinyTokenizerConfig;
}  // namespace musicfleet::embedded

namespace musicfleet::ace_v15 {
namespace {

using nlohmann::json;

Result<> write_text(const std::filesystem::path& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.flush();
  if (!out) return fail(ErrorCode::kUnavailable, path.string(), ": cannot be written");
  return {};
}

Result<> write_component(const std::filesystem::path& folder, std::string_view stem,
                         const tiny::Component& component) {
  std::filesystem::create_directories(folder);
  MF_CHECK(write_text(folder / "config.json", component.config.dump(2) + "\n"));
  return nn::write_safetensors(folder / concat(stem, ".safetensors"), component.weights.tensors());
}

Result<> write_all(const std::filesystem::path& folder, std::uint64_t seed) {
  std::filesystem::create_directories(folder / "tokenizer");
  std::filesystem::create_directories(folder / "scheduler");
  const json index = {{"_class_name", "AceStepPipeline"},
                      {"audio_token_detokenizer", {nullptr, nullptr}},
                      {"audio_tokenizer", {nullptr, nullptr}},
                      {"condition_encoder", {"ace_step", "AceStepConditionEncoder"}},
                      {"scheduler", {"diffusers", "FlowMatchEulerDiscreteScheduler"}},
                      {"text_encoder", {"transformers", "Qwen3Model"}},
                      {"tokenizer", {"transformers", "PreTrainedTokenizerFast"}},
                      {"transformer", {"ace_step", "AceStepTransformer1DModel"}},
                      {"vae", {"diffusers", "AutoencoderOobleck"}}};
  const json scheduler = {
      {"_class_name", "FlowMatchEulerDiscreteScheduler"}, {"num_train_timesteps", 1}, {"shift", 1.0}};
  MF_CHECK(write_text(folder / "tokenizer" / "tokenizer.json", embedded::kTinyTokenizer));
  MF_CHECK(write_text(folder / "tokenizer" / "tokenizer_config.json", embedded::kTinyTokenizerConfig));
  MF_CHECK(write_text(folder / "scheduler" / "scheduler_config.json", scheduler.dump(2) + "\n"));
  MF_CHECK(write_component(folder / "text_encoder", "model", tiny::text_encoder(seed)));
  MF_CHECK(write_component(folder / "condition_encoder", "diffusion_pytorch_model",
                           tiny::condition_encoder(seed)));
  MF_CHECK(write_component(folder / "transformer", "diffusion_pytorch_model", tiny::transformer(seed)));
  MF_CHECK(write_component(folder / "vae", "diffusion_pytorch_model", tiny::vae(seed)));
  return write_text(folder / "model_index.json", index.dump(2) + "\n");
}

}  // namespace

Result<> write_tiny_checkpoint(const std::filesystem::path& folder, std::uint64_t seed) {
  std::error_code error;
  if (std::filesystem::exists(folder, error) && !std::filesystem::is_empty(folder, error))
    return fail(ErrorCode::kConflict, folder.string(), ": exists and is not empty");
  std::filesystem::path beside = folder.lexically_normal();
  if (beside.filename().empty()) beside = beside.parent_path();
  const std::filesystem::path target = beside;
  beside += concat(".partial-", getpid());
  try {
    std::filesystem::remove_all(beside);
    std::filesystem::create_directories(beside);
    MF_CHECK(write_all(beside, seed));
    std::filesystem::remove(target, error);  // an empty folder that was there before
    std::filesystem::rename(beside, target);
  } catch (const std::filesystem::filesystem_error& failure) {
    std::filesystem::remove_all(beside, error);
    return fail(ErrorCode::kUnavailable, folder.string(), ": ", failure.code().message());
  }
  return {};
}

}  // namespace musicfleet::ace_v15
