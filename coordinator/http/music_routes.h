// The ElevenLabs music API, for clients that change nothing but the base URL: /v1/music, detailed, stream,
// detailed/stream and plan. Songs are made by the fleet while the client waits. What only the vendor can do
// is vendor_routes.h's. Loop thread; files are read on the pool.
#pragma once

#include "coordinator/elevenlabs/compose_order.h"
#include "coordinator/http/router.h"
#include "coordinator/http/song_maker.h"
#include "coordinator/storage/file_pool.h"

namespace musicfleet::http {

// Thirty sections of thirty lines, styles, and room for escapes.
constexpr std::size_t kMaxMusicBytes = 2 * 1024 * 1024;

class MusicRoutes {
 public:
  MusicRoutes(Backend& backend, const IntakeDesk& intake, FilePool& pool, MusicOptions options);

  // The handlers refer to this object.
  std::vector<Route> routes();

 private:
  enum class Shape { kAudio, kDetailed, kEvents };

  Awaitable<HttpResponse> compose(HttpRequest& request, Shape shape);
  Awaitable<HttpResponse> plan(HttpRequest& request);
  // The refusal of what may not be asked for.
  boost::asio::awaitable<std::optional<HttpResponse>> refusal(const HttpRequest& request,
                                                              const std::string& prompt,
                                                              const elevenlabs::Plan& plan);
  Awaitable<HttpResponse> song(HttpRequest& request, Shape shape, elevenlabs::ComposeOrder order,
                               std::string body);
  // kNotFound where the song's file is not there.
  Awaitable<HttpResponse> answer(const MadeSong& made, Shape shape, const elevenlabs::ComposeOrder& order);

  Backend& backend_;
  FilePool& pool_;
  const MusicOptions options_;
  SongMaker maker_;
  // Each request that waits holds its tenant's, also when it outlives this at the end of the loop.
  std::map<TenantId, std::shared_ptr<const int>> waiting_;
};

}  // namespace musicfleet::http
