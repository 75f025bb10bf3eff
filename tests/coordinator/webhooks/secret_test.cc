#include "coordinator/webhooks/secret.h"

#include "common/base64.h"

#include <gtest/gtest.h>

namespace musicfleet::webhooks {
namespace {

// The example of the Standard Webhooks specification and its reference libraries.
TEST(Secret, SignsAsTheSpecificationsExample) {
  const Secret secret = Secret::of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").value();
  EXPECT_EQ(secret.sign(DeliveryId{"msg_p5jXN8AQM9LWM0D4loKWxJek"}, 1614265330, R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(Secret, OfOursHas32BytesAndIsNeverTheSame) {
  const std::string text = Secret::make().text();
  EXPECT_EQ(text.rfind("whsec_", 0), 0u);
  EXPECT_EQ(from_base64(text.substr(6))->size(), 32u);
  EXPECT_NE(Secret::make().text(), text);
  EXPECT_EQ(Secret::of(text).value().text(), text);
}

TEST(Secret, Has24To64Bytes) {
  const auto of_size = [](std::size_t bytes) {
    return Secret::of("whsec_" + to_base64(std::string(bytes, 'x'))).has_value();
  };
  EXPECT_FALSE(of_size(23));
  EXPECT_TRUE(of_size(24));
  EXPECT_TRUE(of_size(64));
  EXPECT_FALSE(of_size(65));
  for (const char* text :
       {"", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_not base 64 not base 64 nope"})
    EXPECT_EQ(Secret::of(text).error().code, ErrorCode::kInvalidArgument) << text;
}

}  // namespace
}  // namespace musicfleet::webhooks
