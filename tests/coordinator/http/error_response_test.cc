#include "coordinator/http/error_response.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace musicfleet::http {
namespace {

using nlohmann::json;

json detail_of(const HttpResponse& response) { return json::parse(response.body).at("detail"); }

TEST(ErrorResponse, EveryCodeHasItsStatus) {
  const std::pair<ErrorCode, int> expected[] = {
      {ErrorCode::kInvalidArgument, 422}, {ErrorCode::kUnauthenticated, 401}, {ErrorCode::kForbidden, 403},
      {ErrorCode::kNotFound, 404},        {ErrorCode::kConflict, 409},        {ErrorCode::kTooLarge, 413},
      {ErrorCode::kQuota, 429},           {ErrorCode::kUnavailable, 503},     {ErrorCode::kTimeout, 504},
      {ErrorCode::kCancelled, 409},       {ErrorCode::kOutOfMemory, 503},     {ErrorCode::kCorrupt, 500},
      {ErrorCode::kInternal, 500}};
  for (const auto& [code, status] : expected) {
    EXPECT_EQ(problem_of(code).status, status) << name_of(code);
    EXPECT_EQ(problem_of(code).code, name_of(code));
  }
}

TEST(ErrorResponse, HasTheOneBody) {
  const Error error{ErrorCode::kInvalidArgument, "seed must be from 0 to 9, not 10", "seed"};
  const HttpResponse response = error_response(error, "r1");
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(detail_of(response), json({{"type", "validation_error"},
                                       {"code", "invalid_argument"},
                                       {"status", "invalid_argument"},
                                       {"message", "seed must be from 0 to 9, not 10"},
                                       {"param", "seed"},
                                       {"request_id", "r1"}}));
}

TEST(ErrorResponse, TellsWhenToComeBack) {
  EXPECT_TRUE(find_field(error_response({ErrorCode::kQuota, "m"}, "r").headers, "Retry-After"));
  EXPECT_TRUE(find_field(error_response({ErrorCode::kUnavailable, "m"}, "r").headers, "Retry-After"));
  EXPECT_FALSE(find_field(error_response({ErrorCode::kNotFound, "m"}, "r").headers, "Retry-After"));
}

TEST(ErrorResponse, KeepsInternalCausesForTheLog) {
  const HttpResponse response = error_response({ErrorCode::kInternal, "disk image is malformed"}, "r");
  EXPECT_EQ(response.body.find("malformed"), std::string::npos);
  EXPECT_EQ(response.cause, "disk image is malformed");
}

TEST(ErrorResponse, IsUtf8WhateverTheMessageQuotes) {
  const HttpResponse response = error_response({ErrorCode::kInvalidArgument, "\xff is bad", "\xfe"}, "r");
  EXPECT_EQ(detail_of(response)["message"], "\xEF\xBF\xBD is bad");
}

}  // namespace
}  // namespace musicfleet::http
