#include "coordinator/elevenlabs/detailed_answer.h"

#include "coordinator/elevenlabs/plan_json.h"

namespace musicfleet::elevenlabs {

using nlohmann::ordered_json;

ordered_json song_details(const ComposeOrder& order, const std::optional<std::vector<int>>& waveform) {
  ordered_json languages = ordered_json::array();
  if (order.instrumental) languages.push_back("Instrumental");
  ordered_json details{{"composition_plan", to_json(order.plan)},
                       {"song_metadata",
                        {{"title", nullptr},
                         {"description", order.spec.prompt},
                         {"genres", ordered_json::array()},
                         {"languages", std::move(languages)},
                         {"is_explicit", nullptr}}}};
  if (order.with_timestamps) details["words_timestamps"] = ordered_json::array();
  if (order.with_waveform && waveform) details["waveform_visual"] = *waveform;
  return details;
}

Envelope envelope(const ordered_json& details, std::string_view file_name, std::string_view media_type,
                  std::string_view boundary) {
  // The SDKs take the body's first line for the delimiter, look for the JSON's Content-Type as written here
  // and read the JSON from the second line after it.
  return {.content_type = concat("multipart/mixed; boundary=", boundary),
          .head = concat("--", boundary, "\r\nContent-Type: application/json\r\n\r\n", details.dump(),
                         "\r\n--", boundary, "\r\nContent-Type: ", media_type,
                         "\r\nContent-Disposition: attachment; filename=\"", file_name, "\"\r\n\r\n"),
          .tail = concat("\r\n--", boundary, "--\r\n")};
}

std::string sse_event(const ordered_json& data) { return concat("data: ", data.dump(), "\n\n"); }

}  // namespace musicfleet::elevenlabs
