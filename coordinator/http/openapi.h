// /openapi.json (OpenAPI 3.1), written from the routes and field tables that answer the requests. Any thread.
#pragma once

#include "coordinator/http/router.h"

namespace musicfleet::http {

std::string openapi_json(const std::vector<Route>& routes, const std::string& software_version,
                         const std::string& public_url);

}  // namespace musicfleet::http
