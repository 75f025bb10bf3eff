#include "coordinator/webhooks/target_rules.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cstring>

namespace musicfleet::webhooks {
namespace {

sockaddr_storage socket_address(const std::string& text) {
  sockaddr_storage storage{};
  if (text.find(':') != text.npos) {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    ::inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr);
    std::memcpy(&storage, &v6, sizeof v6);
  } else {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    ::inet_pton(AF_INET, text.c_str(), &v4.sin_addr);
    std::memcpy(&storage, &v4, sizeof v4);
  }
  return storage;
}

Result<> connect(const TargetRules& rules, const std::string& url, const std::string& address) {
  const sockaddr_storage storage = socket_address(address);
  return rules.check_address(origin_parts_of(url).value(), reinterpret_cast<const sockaddr&>(storage));
}

TEST(TargetRules, AreHttpsOnTheUsualPortsOfPublicAddresses) {
  const TargetRules rules;
  for (const char* url : {"https://shop.example/hooks?x=1", "https://shop.example:8443/", "https://8.8.8.8/",
                          "https://[2606:4700:4700::1111]/", "HTTPS://SHOP.EXAMPLE"})
    EXPECT_TRUE(rules.check_url(url)) << url;
  for (const char* url : {"http://shop.example/",
                          "ftp://shop.example/",
                          "file:///etc/passwd",
                          "gopher://shop.example/",
                          "",
                          "shop",
                          "//shop.example/",
                          "https://",
                          "https://shop.example:22/",
                          "https://shop.example:8080/",
                          "https://user:password@shop.example/",
                          "https://user@shop.example/",
                          "https://shop.example/#top",
                          "https://127.0.0.1/",
                          "https://127.1/",
                          "https://0x7f000001/",
                          "https://2130706433/",
                          "https://0177.0.0.1/",
                          "https://10.0.0.1/",
                          "https://169.254.169.254/latest/meta-data/",
                          "https://[::1]/",
                          "https://[::ffff:127.0.0.1]/",
                          "https://[fd00:ec2::254]/",
                          "https://a b/",
                          "https://shop.example/a\nb"}) {
    const Result<> checked = rules.check_url(url);
    ASSERT_FALSE(checked) << url;
    EXPECT_EQ(checked.error().code, ErrorCode::kInvalidArgument) << url;
    EXPECT_EQ(checked.error().param, "url") << url;
  }
  EXPECT_FALSE(rules.check_url("https://shop.example/" + std::string(2048, 'x')));
}

TEST(TargetRules, JudgeTheAddressWhateverTheNameIs) {
  const TargetRules rules;
  EXPECT_TRUE(connect(rules, "https://shop.example/", "8.8.8.8"));
  for (const char* address :
       {"127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:8.8.8.8", "fd00:ec2::254"}) {
    const Result<> refused = connect(rules, "https://shop.example/", address);
    ASSERT_FALSE(refused) << address;
    EXPECT_EQ(refused.error().code, ErrorCode::kForbidden);
  }
  EXPECT_EQ(connect(rules, "https://shop.example/", "10.0.0.1").error().message,
            "10.0.0.1 is not a public address (private)");
}

TEST(TargetRules, ANamedHostMayBeAnywhereAndWithoutTls) {
  const TargetRules rules = TargetRules::of({"Hooks.internal:8080", "[::1]:81"}).value();
  EXPECT_TRUE(rules.check_url("http://hooks.INTERNAL:8080/a"));
  EXPECT_TRUE(rules.check_url("https://hooks.internal:8080/a"));
  EXPECT_TRUE(rules.check_url("http://[::1]:81/"));
  EXPECT_TRUE(connect(rules, "http://hooks.internal:8080/", "10.0.0.1"));
  EXPECT_FALSE(rules.check_url("http://hooks.internal:8081/")) << "another port";
  EXPECT_FALSE(rules.check_url("http://hooks.internal.evil.example:8080/"));
  EXPECT_FALSE(rules.check_url("http://evil.example:8080/"));
  EXPECT_FALSE(connect(rules, "https://evil.example/", "10.0.0.1"));
}

TEST(TargetRules, ANamedNetworkMayBeConnectedToOverTls) {
  const TargetRules rules = TargetRules::of({"10.1.0.0/16", "fd12::/16"}).value();
  EXPECT_TRUE(connect(rules, "https://hooks.internal/", "10.1.2.3"));
  EXPECT_TRUE(connect(rules, "https://hooks.internal/", "fd12::1"));
  EXPECT_TRUE(rules.check_url("https://10.1.2.3/"));
  EXPECT_FALSE(connect(rules, "https://hooks.internal/", "10.2.0.0"));
  EXPECT_FALSE(rules.check_url("http://10.1.2.3/"));
  EXPECT_FALSE(rules.check_url("https://10.1.2.3:9000/"));
}

TEST(TargetRules, NameTheEntryThatIsNone) {
  for (const char* entry :
       {"", "hooks.internal", "hooks.internal:", "hooks.internal:0", "hooks.internal:65536", ":80",
        "10.0.0.0/99", "::1:80", "http://hooks.internal:80", "user@host:80"}) {
    const auto rules = TargetRules::of({"10.0.0.0/8", entry});
    ASSERT_FALSE(rules) << entry;
    EXPECT_NE(rules.error().message.find(concat('"', entry, '"')), std::string::npos);
  }
}

}  // namespace
}  // namespace musicfleet::webhooks
