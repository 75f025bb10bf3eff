// How a running coordinator ends when it is told to: first what ElevenLabs was asked for, while it goes on
// serving; then the answers under way; then the loop. What it does not wait for is left to the next start, as
// after a crash. Loop thread.
#pragma once

#include "common/log.h"
#include "coordinator/backend/dispatch_loop.h"
#include "coordinator/http/server.h"
#include "coordinator/song_shop.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>

namespace musicfleet {

// How long it waits at most.
struct DepartureTimes {
  std::chrono::milliseconds elevenlabs;
  std::chrono::milliseconds answers;
};

// All of it outlives the loop's run.
struct DepartureParts {
  boost::asio::io_context& loop;
  SongShop& shop;
  backend::DispatchLoop& dispatch;
  http::Server& http;
  http::Server& admin;
};

// Stops the loop at its end. From its beginning on nothing more goes to ElevenLabs; workers keep their songs.
boost::asio::awaitable<void> depart(DepartureParts parts, DepartureTimes times, Log log);

}  // namespace musicfleet
