// What an event's detail says, in words: known kinds as a sentence, everything else as "name value" with the
// unit that the name tells. Nothing of a detail is left out. Pure, any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace musicfleet::cli {

struct EventText {
  std::string text;                // may be empty
  std::vector<std::string> items;  // members of lists of objects, e.g. the candidates of a choice
};

EventText event_text(std::string_view kind, const nlohmann::json& detail);

}  // namespace musicfleet::cli
