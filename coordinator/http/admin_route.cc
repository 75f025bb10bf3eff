#include "coordinator/http/admin_route.h"

namespace musicfleet::http {

HttpResponse no_content() {
  HttpResponse response;
  response.status = 204;
  return response;
}

}  // namespace musicfleet::http
