#include "coordinator/providers/vendor_error.h"

#include <gtest/gtest.h>

namespace musicfleet::providers {
namespace {

TEST(VendorError, IsReadInAllItsForms) {
  const auto current = vendor_error_of(
      R"({"detail":{"type":"validation_error","code":"invalid_parameters","message":"m","status":"invalid_parameters"}})");
  EXPECT_EQ(current->code, "invalid_parameters");
  EXPECT_EQ(current->message, "m");
  EXPECT_EQ(vendor_error_of(R"({"detail":{"status":"invalid_api_key","message":"Invalid API key"}})")->code,
            "invalid_api_key");
  const auto list =
      vendor_error_of(R"({"detail":[{"loc":["body","music_length_ms"],"msg":"too long","type":"t"}]})");
  EXPECT_EQ(list->code, "validation_error");
  EXPECT_EQ(list->message, "too long");
  EXPECT_EQ(vendor_error_of(R"({"detail":"Not Found"})")->message, "Not Found");
}

TEST(VendorError, ABadPromptIsToldFromOtherBadRequestsAndKeepsItsSuggestion) {
  const auto bad = vendor_error_of(
      R"({"detail":{"code":"bad_request","status":"bad_prompt","message":"m","data":{"prompt_suggestion":"s"}}})");
  EXPECT_EQ(bad->code, "bad_prompt");
  EXPECT_NE(bad->detail_json.find("\"prompt_suggestion\":\"s\""), std::string::npos);
}

TEST(VendorError, ACodeThatIsNoWordIsNotBelieved) {
  EXPECT_EQ(vendor_error_of(R"({"detail":{"code":"the prompt was: dark trap"}})")->code, "");
  EXPECT_EQ(vendor_error_of(R"({"detail":{"code":7,"message":[]}})")->code, "");
}

TEST(VendorError, AnythingElseIsNone) {
  for (const char* body : {"", "<html>", "[]", "{}", R"({"error":"x"})", R"({"detail":[]})",
                           R"({"detail":null})", R"({"detail":7})", "{\"detail\":"})
    EXPECT_EQ(vendor_error_of(body), std::nullopt) << body;
  EXPECT_EQ(vendor_error_of(R"({"detail":")" + std::string(70'000, 'x') + "\"}"), std::nullopt);
}

}  // namespace
}  // namespace musicfleet::providers
