#include "coordinator/providers/answer_meaning.h"

namespace musicfleet::providers {
namespace {

// The vendor charges for songs, and makes none where it refuses the order with a 4xx.
Trouble trouble_of_refusal(int status) {
  switch (status) {
    case 401:
    case 402:
    case 403:
      return Trouble::kKey;
    case 404:  // the base URL leads elsewhere: no order will fare better
    case 405:
      return Trouble::kServer;
    case 429:
      return Trouble::kBusy;
    default:
      return Trouble::kRequest;
  }
}

}  // namespace

std::string_view name_of(Bought bought) {
  switch (bought) {
    case Bought::kNotBought:
      return "not_bought";
    case Bought::kBought:
      return "bought";
    case Bought::kUnknown:
      return "unknown";
  }
  return {};
}

std::string_view name_of(Trouble trouble) {
  switch (trouble) {
    case Trouble::kNone:
      return "none";
    case Trouble::kRequest:
      return "request";
    case Trouble::kKey:
      return "key";
    case Trouble::kBusy:
      return "busy";
    case Trouble::kServer:
      return "server";
    case Trouble::kOurs:
      return "ours";
  }
  return {};
}

Meaning meaning_of(const Exchange& exchange) {
  const int status = exchange.status;
  const bool success = status >= 200 && status < 300;
  if (success && exchange.whole_answer && exchange.is_song) return {Bought::kBought, Trouble::kNone};
  const Trouble fault = exchange.fault_of_ours ? Trouble::kOurs : Trouble::kServer;
  // A song that was announced and did not arrive, or is none: it was made, so it may be on the bill.
  if (success) return {Bought::kUnknown, fault};
  // Half an order is none: the body says in its header how long it is.
  if (!exchange.whole_request_sent && (status == 0 || status >= 500)) return {Bought::kNotBought, fault};
  // 408 says that the request did not arrive, though it has left: believed only where it has not.
  if (status == 408)
    return {exchange.whole_request_sent ? Bought::kUnknown : Bought::kNotBought, Trouble::kServer};
  if (status >= 400 && status < 500) return {Bought::kNotBought, trouble_of_refusal(status)};
  if (status >= 300 && status < 400) return {Bought::kNotBought, Trouble::kServer};
  // "Currently unable to handle the request" (RFC 9110, 15.6.4). A gateway says the same when it lost its
  // server in the middle of a request, so it counts in the vendor's own words only.
  if (status == 503 && exchange.vendor_form && exchange.whole_answer)
    return {Bought::kNotBought, Trouble::kServer};
  return {Bought::kUnknown, fault};
}

}  // namespace musicfleet::providers
