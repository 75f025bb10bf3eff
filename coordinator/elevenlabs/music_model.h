// The model ids of the ElevenLabs music API, and which model of this fleet each stands for. Plain values, any
// thread.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace musicfleet::elevenlabs {

// Which kind of composition plan a model takes: sections, or chunks.
enum class Generation { kV1, kV2 };

// "music_v1", "music_v2", "music_v2_5".
std::span<const std::string_view> model_ids();
inline constexpr std::string_view kDefaultModelId = "music_v1";
// Nothing for an id that is not one of them.
std::optional<Generation> generation_of(std::string_view model_id);

// Model id → name of a model of the fleet; an id that is missing, or an empty name, means any model.
using LocalModels = std::map<std::string, std::string, std::less<>>;
std::string local_model(const LocalModels& models, std::string_view model_id);

}  // namespace musicfleet::elevenlabs
