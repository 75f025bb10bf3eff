#include "common/hub/hub_connection.h"

#include <gmock/gmock.h>

namespace musicfleet {
namespace {

using ::testing::HasSubstr;

Result<std::optional<std::string>> led_to(int status, const char* location,
                                          const char* from = "https://hub/a/b") {
  return redirect_of({.status = status, .headers = {{"Location", location}}, .body = {}}, from);
}

TEST(HubConnection, ARedirectIsFollowedWhereItMayLead) {
  EXPECT_EQ(led_to(200, "/x")->has_value(), false);
  EXPECT_EQ(**led_to(302, "https://cdn/x"), "https://cdn/x");
  EXPECT_EQ(**led_to(307, "/x"), "https://hub/x");
  EXPECT_EQ(**led_to(302, "http://127.0.0.1:1/x", "http://127.0.0.1:2/"), "http://127.0.0.1:1/x");
}

TEST(HubConnection, NobodyIsLedFromHttpsToHttpOrOffTheWeb) {
  for (const char* location :
       {"http://cdn/x", "http://hub/a/b", "file:///etc/passwd", "ftp://cdn/x", "https://u:p@cdn/x", ""}) {
    for (const char* from : {"https://hub/a/b", "HTTPS://hub/a/b"}) {
      const auto led = led_to(302, location, from);
      ASSERT_FALSE(led) << from << " to " << location;
      EXPECT_EQ(led.error().code, ErrorCode::kCorrupt);
    }
  }
}

TEST(HubAccess, ATokenTravelsEncryptedOrNotAtAll) {
  EXPECT_TRUE(HubAccess::make("https://hub.example", "hf_x"));
  EXPECT_TRUE(HubAccess::make("HTTPS://hub.example", "hf_x"));
  EXPECT_TRUE(HubAccess::make("http://127.0.0.1:8080", "hf_x"));
  EXPECT_TRUE(HubAccess::make("http://mirror.example", ""));
  EXPECT_THAT(HubAccess::make("http://mirror.example", "hf_x").error().message, HasSubstr("https"));
}

TEST(HubAccess, WhatIsNoEndpointOrTokenIsRefused) {
  EXPECT_EQ(HubAccess::make("https://hub.example///", "")->endpoint, "https://hub.example");
  for (const char* endpoint : {"", "hub", "ftp://hub", "https://hub/?a=b", "https://me:word@hub"})
    EXPECT_FALSE(HubAccess::make(endpoint, "")) << endpoint;
  for (const char* token : {"two lines\nof it", "a\r\nX-Header: b", "schlüssel"})
    EXPECT_FALSE(HubAccess::make("https://hub.example", token)) << token;
}

}  // namespace
}  // namespace musicfleet
