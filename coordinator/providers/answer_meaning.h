// What an exchange with the provider means: whether a song can have been paid for, and who is to blame for
// what went wrong. The rule of money: "not bought" is only said where it is certain. Pure, any thread.
#pragma once

#include <string_view>

namespace musicfleet::providers {

// What is known of one request when it is over.
struct Exchange {
  bool whole_request_sent = false;  // its last byte left this machine
  int status = 0;                   // of the answer; 0: there was none
  bool whole_answer = false;        // the answer ended as it had announced
  bool is_song = false;             // its body is a song of the kind that was asked for
  bool vendor_form = false;    // its body is an error in the vendor's own form: the vendor itself said it
  bool fault_of_ours = false;  // this machine broke it off: its disk refused the song
};

enum class Bought {
  kNotBought,  // certain
  kBought,     // certain, and the song is here
  kUnknown,    // counts at full price, and is not repeated by itself
};

// "not_bought", "bought", "unknown".
std::string_view name_of(Bought bought);

enum class Trouble {
  kNone,
  kRequest,  // the vendor does not make this song: another try would end the same way
  kKey,      // this key may not: wrong, out of credit, of a lower tier
  kBusy,     // too many at once, or too fast
  kServer,   // it does not answer as it should, or not at all: what a circuit breaker counts
  kOurs,     // this machine
};

// "none", "request", "key", "busy", "server", "ours".
std::string_view name_of(Trouble trouble);

struct Meaning {
  Bought bought = Bought::kUnknown;
  Trouble trouble = Trouble::kServer;

  bool operator==(const Meaning&) const = default;
};

Meaning meaning_of(const Exchange& exchange);

}  // namespace musicfleet::providers
