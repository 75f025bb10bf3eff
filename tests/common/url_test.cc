#include "common/url.h"

#include <gmock/gmock.h>

namespace musicfleet {
namespace {

TEST(Url, TheOriginNamesSchemeHostAndPort) {
  EXPECT_EQ(*origin_of("https://hub.example/a/b?c=d"), "https://hub.example:443");
  EXPECT_EQ(*origin_of("http://127.0.0.1:8080"), "http://127.0.0.1:8080");
  EXPECT_EQ(*origin_of("https://hub.example:443/"), *origin_of("https://hub.example/"));
  EXPECT_NE(*origin_of("https://hub.example/"), *origin_of("http://hub.example/"));
  EXPECT_NE(*origin_of("https://hub.example/"), *origin_of("https://hub.example.evil.org/"));
}

TEST(Url, WhatIsNoWebAddressIsRefused) {
  for (const char* url : {"", "hub", "ftp://hub.example/", "file:///etc/passwd",
                          "https://me:word@hub.example/", "https://hub.example@evil.org/"})
    EXPECT_FALSE(origin_of(url)) << url;
}

TEST(Url, WhatSteersATerminalIsNotRepeated) {
  EXPECT_EQ(origin_of("\x1b[2J").error().message, "'?[2J' is not a URL");
  EXPECT_THAT(resolve_url("https://hub.example/a", "ftp://\x1b[2J/").error().message,
              ::testing::Not(::testing::HasSubstr("\x1b")));
}

TEST(Url, AReferenceIsSeenFromItsPage) {
  EXPECT_EQ(*resolve_url("https://hub.example/a/b?c", "/d"), "https://hub.example/d");
  EXPECT_EQ(*resolve_url("https://hub.example/a/b", "https://cdn.example/x?y=z"),
            "https://cdn.example/x?y=z");
  EXPECT_EQ(*origin_of(*resolve_url("https://hub.example/a", "//evil.org/b")), "https://evil.org:443");
  EXPECT_FALSE(resolve_url("https://hub.example/a", "javascript:alert(1)"));
}

TEST(Url, APathIsSpelledInPlainCharacters) {
  EXPECT_EQ(encode_path("vae/config.json"), "vae/config.json");
  EXPECT_EQ(encode_path("a b/ü?#%"), "a%20b/%C3%BC%3F%23%25");
}

TEST(Url, OnlyThisMachineIsLoopback) {
  for (const char* url :
       {"http://127.0.0.1:80/", "http://localhost/", "http://localhost", "http://[::1]:9/x"})
    EXPECT_TRUE(is_loopback(url)) << url;
  for (const char* url :
       {"http://127.example.org/", "http://localhost.evil.org/", "http://10.0.0.1/", "localhost"})
    EXPECT_FALSE(is_loopback(url)) << url;
}

}  // namespace
}  // namespace musicfleet
