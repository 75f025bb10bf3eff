#include "coordinator/departure.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace musicfleet {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLookAgain{50};

}  // namespace

boost::asio::awaitable<void> depart(DepartureParts parts, DepartureTimes times, Log log) {
  boost::asio::steady_timer timer(parts.loop);
  const auto elevenlabs_until = SteadyClock::now() + times.elevenlabs;
  parts.shop.close();
  // After this, whatever had been decided is ordered, or refused because the shop is closed.
  dispatch::Event nothing = dispatch::Tick{};
  co_await parts.dispatch.applied(std::move(nothing));
  if (const std::size_t requests = parts.shop.under_way(); requests > 0)
    log.info("waiting for ElevenLabs", {{"requests", requests}, {"at_most_ms", times.elevenlabs.count()}});
  while (parts.shop.under_way() > 0 && SteadyClock::now() < elevenlabs_until) {
    timer.expires_after(kLookAgain);
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
  if (const std::size_t requests = parts.shop.under_way(); requests > 0)
    log.warn("ElevenLabs is no longer waited for: purchases are unknown from the next start on",
             {{"requests", requests}});
  const auto answers_until = SteadyClock::now() + times.answers;
  parts.http.stop(times.answers);
  parts.admin.stop(times.answers);
  while (parts.http.connections() + parts.admin.connections() > 0 && SteadyClock::now() < answers_until) {
    timer.expires_after(kLookAgain);
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
  // What purchases came to is committed and told.
  nothing = dispatch::Tick{};
  co_await parts.dispatch.applied(std::move(nothing));
  parts.loop.stop();
}

}  // namespace musicfleet
