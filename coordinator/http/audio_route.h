// GET and HEAD /v1/jobs/{id}/audio: the song's file with ETag, conditional requests and a single range
// (RFC 9110 sections 13 and 14). Loop thread; the file is read on the pool.
#pragma once

#include "coordinator/http/router.h"
#include "coordinator/storage/file_pool.h"

namespace musicfleet::http {

class AudioRoute {
 public:
  AudioRoute(Backend& backend, FilePool& pool);

  // The handlers refer to this object.
  std::vector<Route> routes();

 private:
  Awaitable<HttpResponse> serve(HttpRequest& request);

  Backend& backend_;
  FilePool& pool_;
};

}  // namespace musicfleet::http
