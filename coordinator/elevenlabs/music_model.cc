#include "coordinator/elevenlabs/music_model.h"

#include <array>

namespace musicfleet::elevenlabs {
namespace {

constexpr std::array<std::string_view, 3> kIds{"music_v1", "music_v2", "music_v2_5"};

}  // namespace

std::span<const std::string_view> model_ids() { return kIds; }

std::optional<Generation> generation_of(std::string_view model_id) {
  for (const std::string_view id : kIds)
    if (id == model_id) return id == "music_v1" ? Generation::kV1 : Generation::kV2;
  return std::nullopt;
}

std::string local_model(const LocalModels& models, std::string_view model_id) {
  const auto found = models.find(model_id);
  return found == models.end() ? std::string() : found->second;
}

}  // namespace musicfleet::elevenlabs
