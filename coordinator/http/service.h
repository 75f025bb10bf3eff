// One API behind one listener: finds the route of a request, checks its key, what that may do, and its query,
// calls the handler and turns whatever comes out, exceptions included, into an answer. Knows no socket. Loop
// thread.
#pragma once

#include "coordinator/http/router.h"

namespace musicfleet::http {

class Service {
 public:
  Service(Backend& backend, std::vector<Route> routes);

  // Never throws.
  boost::asio::awaitable<HttpResponse> serve(HttpRequest& request);

  // Whether the request is for a route that is opened by a ticket.
  bool takes_ticket(const HttpRequest& request) const;

  const Router& router() const { return router_; }

 private:
  Awaitable<HttpResponse> answer(HttpRequest& request, std::string& pattern);
  Awaitable<> admit(const Route& route, HttpRequest& request);

  Backend& backend_;
  Router router_;
};

// The key of `Authorization: Bearer KEY` or of `xi-api-key: KEY`; kUnauthenticated without one.
Result<std::string> presented_key(const Fields& headers);

}  // namespace musicfleet::http
