// PUT /v1/uploads/{token}: a worker brings a finished song. The bytes go to the ticket's temporary file
// through the file pool; size and SHA-256 must be the ticket's before the backend may publish. Loop thread.
#pragma once

#include "coordinator/http/router.h"
#include "coordinator/storage/file_pool.h"

namespace musicfleet::http {

class UploadRoute {
 public:
  UploadRoute(Backend& backend, FilePool& pool);

  // The handlers refer to this object.
  std::vector<Route> routes();

 private:
  Awaitable<HttpResponse> receive(HttpRequest& request);
  // kInvalidArgument where the bytes are not what the ticket is for.
  Awaitable<> store(HttpRequest& request, const UploadTarget& target);

  Backend& backend_;
  FilePool& pool_;
};

}  // namespace musicfleet::http
