// What monitoring and curious programs ask: /healthz, /readyz, /version, /metrics. Open to anybody. Loop
// thread.
#pragma once

#include "coordinator/http/router.h"

namespace musicfleet::http {

class SystemRoutes {
 public:
  SystemRoutes(Backend& backend, std::string software_version);

  // The handlers refer to this object.
  std::vector<Route> routes();

 private:
  Backend& backend_;
  std::string software_version_;
};

}  // namespace musicfleet::http
