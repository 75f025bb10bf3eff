#include "coordinator/http/missing_song.h"

namespace musicfleet::http {

boost::asio::awaitable<Error> why_missing(Backend& backend, Principal who, JobId id) {
  const auto known = co_await backend.audio(std::move(who), id);
  if (!known) co_return known.error();
  co_return Error{ErrorCode::kCorrupt, concat("the song of job ", id, " is missing: ", known->path)};
}

}  // namespace musicfleet::http
