// The files of coordinator/web over HTTP: the page at / and the API's description at /docs. Open to anybody:
// a key is asked for by the page itself. Answers If-None-Match, and in gzip where that is accepted; a strict
// Content-Security-Policy keeps everything on this origin. Loop thread.
#pragma once

#include "coordinator/http/router.h"

namespace musicfleet::http {

// "/" and "/page/{file}".
std::vector<Route> page_routes();
// "/docs" and "/docs/{file}".
std::vector<Route> docs_routes();

}  // namespace musicfleet::http
