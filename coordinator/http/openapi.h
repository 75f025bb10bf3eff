// /openapi.json (OpenAPI 3.1), written from the routes, the field tables and the table of problems that
// answer the requests. Any thread.
#pragma once

#include "coordinator/http/router.h"

namespace musicfleet::http {

struct DocumentInfo {
  std::string software_version;
  std::string server_url;  // empty: where the document came from
};

std::string openapi_json(const std::vector<Route>& routes, const DocumentInfo& info);

// The statuses of the error bodies that the route may answer: its own, and those of every route of its shape.
// Sorted.
std::vector<int> problem_statuses(const Route& route);

}  // namespace musicfleet::http
