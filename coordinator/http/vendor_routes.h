// What only ElevenLabs serves below /v1/music: stems, uploads, music for videos, finetunes. Passed on to the
// vendor as it came, where the operator allows it; otherwise a 501. Loop thread; bodies go through the file
// pool.
#pragma once

#include "coordinator/http/pass_on_desk.h"
#include "coordinator/http/router.h"
#include "coordinator/storage/file_pool.h"

#include <map>
#include <memory>
#include <set>

namespace musicfleet::http {

class VendorRoutes {
 public:
  // Ten videos of the vendor's 200 MB together, and the rest of their form.
  static constexpr std::uint64_t kMaxBodyBytes = std::uint64_t{256} << 20;
  // Of a tenant's, that are on their way to here at a time: each may become that large, however slowly.
  static constexpr int kMostBodies = 4;

  // `allowed`: what /openapi.json describes as served. Without a desk nothing is.
  VendorRoutes(FilePool& pool, PassOnDesk* desk, std::set<VendorService> allowed);

  // The handlers refer to this object.
  std::vector<Route> routes();

 private:
  struct Endpoint;
  using BodyPlace = std::shared_ptr<const int>;

  Route route(const Endpoint& endpoint);
  Awaitable<HttpResponse> answer(HttpRequest& request, const Endpoint& endpoint);
  std::optional<HttpResponse> refusal(const HttpRequest& request, const Endpoint& endpoint) const;
  // Kept while a body is received; null where the tenant's are taken.
  BodyPlace place_for_body(const TenantId& tenant);
  // The body as it came, which no answer is given before: kTooLarge, kTimeout, kInvalidArgument as of
  // read_all(). Always set.
  Awaitable<std::optional<ScratchFile>> collect(HttpRequest& request);
  HttpResponse to_response(VendorAnswer answer);

  FilePool& pool_;
  PassOnDesk* desk_;
  const std::set<VendorService> allowed_;
  std::map<TenantId, BodyPlace> bodies_;  // each body on its way holds its tenant's
};

}  // namespace musicfleet::http
