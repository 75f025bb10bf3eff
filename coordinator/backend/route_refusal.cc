#include "coordinator/backend/route_refusal.h"

#include <algorithm>
#include <array>

namespace musicfleet::backend {
namespace {

using std::chrono::seconds;

struct Words {
  std::string_view reason;  // of a route
  const char* told;
};

constexpr std::array kWords{
    Words{"no_able_worker", "no worker is there that could make this song; try again later"},
    Words{"fleet_too_late", "no worker could make this song in time"},
    Words{"elevenlabs_off", "no song is bought here, and this tenant's are"},
    Words{"elevenlabs_cannot", "neither the fleet nor ElevenLabs makes such a song at present"},
    Words{"elevenlabs_resting", "songs are not to be had at the moment; try again later"},
    Words{"elevenlabs_too_late", "this song is not to be had in time"},
    Words{"purchase_unknown", "it is not known whether this song was bought already"},
    Words{"over_budget", "the budget for bought songs is used up, and no worker could make this song"}};

// Where the router does not know when it may end otherwise: workers come within seconds, budgets within days.
constexpr seconds kWorkerMayCome{10}, kBudgetMayCome{600};

std::string_view words_for(const dispatch::Route& route) {
  const auto found = std::find_if(kWords.begin(), kWords.end(),
                                  [&](const Words& words) { return words.reason == route.reason; });
  return found == kWords.end() ? std::string_view(route.reason) : found->told;
}

}  // namespace

std::optional<http::TurnedAway> refusal_of(const dispatch::Route& route) {
  if (route.way != dispatch::Way::kRefuse) return std::nullopt;
  http::TurnedAway away;
  away.why = Error{route.error, std::string(words_for(route))};
  away.retry_after = route.error == ErrorCode::kQuota ? kBudgetMayCome : kWorkerMayCome;
  if (route.try_again) away.retry_after = std::max(seconds(1), std::chrono::ceil<seconds>(*route.try_again));
  return away;
}

}  // namespace musicfleet::backend
