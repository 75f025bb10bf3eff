// Tells a song that was removed while it was asked for from one that the disk has lost. Loop thread.
#pragma once

#include "coordinator/http/backend.h"

namespace musicfleet::http {

// Why the file that audio() has named is not there: what audio() says now, kNotFound where the job or its
// song has been removed since, or kCorrupt where the database still knows the song.
boost::asio::awaitable<Error> why_missing(Backend& backend, Principal who, JobId id);

}  // namespace musicfleet::http
