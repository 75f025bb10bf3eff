// What the detailed endpoints tell beside the song, and how: as the first part of a multipart answer that the
// official SDKs' hand-written parsers read, or as server-sent events. Pure, any thread.
#pragma once

#include "coordinator/elevenlabs/compose_order.h"

namespace musicfleet::elevenlabs {

// {"composition_plan":…,"song_metadata":{…}} and what the order asked for. Nothing is made up: a song has no
// title and no known genre here. `waveform`: see waveform.h; told where the order asks for it.
nlohmann::ordered_json song_details(const ComposeOrder& order,
                                    const std::optional<std::vector<int>>& waveform);

// The bytes around the audio of a multipart/mixed body. `boundary` must occur in neither part.
struct Envelope {
  std::string content_type;
  std::string head;
  std::string tail;
};
Envelope envelope(const nlohmann::ordered_json& details, std::string_view file_name,
                  std::string_view media_type, std::string_view boundary);

// "data: {…}\n\n"
std::string sse_event(const nlohmann::ordered_json& data);

}  // namespace musicfleet::elevenlabs
