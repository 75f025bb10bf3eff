// What only ElevenLabs serves below /v1/music: stems, uploads, music for videos, finetunes. Passed on to the
// vendor as it came, where the operator allows it; otherwise a 501. Loop thread; bodies go through the file
// pool.
#pragma once

#include "coordinator/http/pass_on_desk.h"
#include "coordinator/http/router.h"
#include "coordinator/storage/file_pool.h"

#include <set>

namespace musicfleet::http {

class VendorRoutes {
 public:
  // Ten videos of the vendor's 200 MB together, and the rest of their form.
  static constexpr std::uint64_t kMaxBodyBytes = std::uint64_t{256} << 20;

  // `allowed`: what /openapi.json describes as served. Without a desk nothing is.
  VendorRoutes(FilePool& pool, PassOnDesk* desk, std::set<VendorService> allowed);

  // The handlers refer to this object.
  std::vector<Route> routes();

 private:
  struct Endpoint;

  Route route(const Endpoint& endpoint);
  Awaitable<HttpResponse> answer(HttpRequest& request, const Endpoint& endpoint);
  // The body as it came, which no answer is given before: kTooLarge, kTimeout, kInvalidArgument as of
  // read_all(). Always set.
  Awaitable<std::optional<ScratchFile>> collect(HttpRequest& request);
  HttpResponse to_response(VendorAnswer answer);

  FilePool& pool_;
  PassOnDesk* desk_;
  const std::set<VendorService> allowed_;
};

}  // namespace musicfleet::http
