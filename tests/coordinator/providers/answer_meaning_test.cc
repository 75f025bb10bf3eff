// The table of outcomes: what may have been paid for is never said not to be.
#include "coordinator/providers/answer_meaning.h"

#include <gtest/gtest.h>

#include <ostream>

namespace musicfleet::providers {

std::ostream& operator<<(std::ostream& out, const Meaning& meaning) {
  return out << name_of(meaning.bought) << ", " << name_of(meaning.trouble);
}

namespace {

constexpr bool kSent = true, kWhole = true, kSong = true, kVendorForm = true;

struct Case {
  const char* what;
  Exchange exchange;  // whole request sent, status, whole answer, is song, vendor form, fault of ours
  Meaning meaning;
};

TEST(AnswerMeaning, OfEveryOutcome) {
  const Case kCases[] = {
      {"a whole song", {kSent, 200, kWhole, kSong, false, false}, {Bought::kBought, Trouble::kNone}},
      {"a song that was cut", {kSent, 200, false, false, false, false}, {Bought::kUnknown, Trouble::kServer}},
      {"something else than a song",
       {kSent, 200, kWhole, false, false, false},
       {Bought::kUnknown, Trouble::kServer}},
      {"no content", {kSent, 204, kWhole, false, false, false}, {Bought::kUnknown, Trouble::kServer}},
      {"our disk is full", {kSent, 200, false, false, false, true}, {Bought::kUnknown, Trouble::kOurs}},
      {"no connection", {false, 0, false, false, false, false}, {Bought::kNotBought, Trouble::kServer}},
      {"bad TLS", {false, 0, false, false, false, false}, {Bought::kNotBought, Trouble::kServer}},
      {"broken before the order was sent",
       {false, 0, false, false, false, false},
       {Bought::kNotBought, Trouble::kServer}},
      {"broken after the order was sent",
       {kSent, 0, false, false, false, false},
       {Bought::kUnknown, Trouble::kServer}},
      {"silence after the order was sent",
       {kSent, 0, false, false, false, false},
       {Bought::kUnknown, Trouble::kServer}},
      {"a redirect", {kSent, 302, kWhole, false, false, false}, {Bought::kNotBought, Trouble::kServer}},
      {"bad prompt",
       {kSent, 400, kWhole, false, kVendorForm, false},
       {Bought::kNotBought, Trouble::kRequest}},
      {"wrong key", {kSent, 401, kWhole, false, kVendorForm, false}, {Bought::kNotBought, Trouble::kKey}},
      {"no credit", {kSent, 402, kWhole, false, kVendorForm, false}, {Bought::kNotBought, Trouble::kKey}},
      {"wrong tier", {kSent, 403, kWhole, false, kVendorForm, false}, {Bought::kNotBought, Trouble::kKey}},
      {"refused before the order was sent",
       {false, 401, kWhole, false, false, false},
       {Bought::kNotBought, Trouble::kKey}},
      {"wrong address", {kSent, 404, kWhole, false, false, false}, {Bought::kNotBought, Trouble::kServer}},
      {"timeout of a proxy", {kSent, 408, kWhole, false, false, false}, {Bought::kUnknown, Trouble::kServer}},
      {"timeout of half an order",
       {false, 408, kWhole, false, false, false},
       {Bought::kNotBought, Trouble::kServer}},
      {"wrong field",
       {kSent, 422, kWhole, false, kVendorForm, false},
       {Bought::kNotBought, Trouble::kRequest}},
      {"too many", {kSent, 429, kWhole, false, kVendorForm, false}, {Bought::kNotBought, Trouble::kBusy}},
      {"a crash, perhaps after the song",
       {kSent, 500, kWhole, false, kVendorForm, false},
       {Bought::kUnknown, Trouble::kServer}},
      {"a crash before it had the order",
       {false, 500, kWhole, false, kVendorForm, false},
       {Bought::kNotBought, Trouble::kServer}},
      {"a gateway that lost its server",
       {kSent, 502, kWhole, false, false, false},
       {Bought::kUnknown, Trouble::kServer}},
      {"the vendor is overloaded",
       {kSent, 503, kWhole, false, kVendorForm, false},
       {Bought::kNotBought, Trouble::kServer}},
      {"a gateway says 503", {kSent, 503, kWhole, false, false, false}, {Bought::kUnknown, Trouble::kServer}},
      {"half a 503", {kSent, 503, false, false, kVendorForm, false}, {Bought::kUnknown, Trouble::kServer}},
      {"a gateway that waited in vain",
       {kSent, 504, kWhole, false, false, false},
       {Bought::kUnknown, Trouble::kServer}},
      {"a status that there is not",
       {kSent, 700, kWhole, false, false, false},
       {Bought::kUnknown, Trouble::kServer}},
  };
  for (const Case& one : kCases) EXPECT_EQ(meaning_of(one.exchange), one.meaning) << one.what;
}

TEST(AnswerMeaning, ASongIsOnlyBoughtWhereItIsHere) {
  for (int status = 0; status < 700; ++status)
    for (unsigned facts = 0; facts < 32; ++facts) {
      const Exchange exchange{(facts & 1) != 0, status,           (facts & 2) != 0,
                              (facts & 4) != 0, (facts & 8) != 0, (facts & 16) != 0};
      const Bought bought = meaning_of(exchange).bought;
      const bool success = status >= 200 && status < 300;
      EXPECT_EQ(bought == Bought::kBought, success && exchange.whole_answer && exchange.is_song);
      if (success) {
        EXPECT_NE(bought, Bought::kNotBought) << "it was announced";
      }
      if (exchange.whole_request_sent && (status == 0 || status == 500)) {
        EXPECT_EQ(bought, Bought::kUnknown);
      }
    }
}

}  // namespace
}  // namespace musicfleet::providers
