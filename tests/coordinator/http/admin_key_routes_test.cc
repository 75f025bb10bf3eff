#include "tests/coordinator/http/http_fixture.h"

namespace musicfleet::http {
namespace {

using nlohmann::json;

class AdminKeyRoutesTest : public HttpFixture {
 protected:
  HttpReply admin(const std::string& method, const std::string& path, const std::string& body = {},
                  const char* key = kAdminKey) {
    return request(method, admin_url(path), body, {{"Content-Type", "application/json"}}, key);
  }
  json param_of_refused(const std::string& body, const std::string& path = "/admin/v1/keys") {
    const HttpReply reply = admin("POST", path, body);
    EXPECT_EQ(reply.status, 422) << body << reply.body;
    return detail_of(reply)["param"];
  }
};

TEST_F(AdminKeyRoutesTest, AKeyIsShownOnceThenListedWithoutItsSecretThenRevoked) {
  const HttpReply added =
      admin("POST", "/admin/v1/keys", R"({"tenant":"shop","label":"gateway","expires_after_seconds":3600})");
  EXPECT_EQ(added.status, 201);
  const json key = json_of(added);
  EXPECT_EQ(key["id"], "k1");
  EXPECT_EQ(key["key"], "mf_secret");
  EXPECT_EQ(key["tenant"], "shop");
  EXPECT_EQ(key["operator"], nullptr);
  EXPECT_EQ(key["scopes"], json({"jobs:read", "jobs:write"}));
  EXPECT_EQ(seen([&] { return keys_.orders.at(0).lifetime; }), std::chrono::hours(1));
  for (const char* path : {"/admin/v1/keys", "/admin/v1/keys/k1"})
    EXPECT_EQ(admin("GET", path).body.find("mf_secret"), std::string::npos) << path;
  EXPECT_EQ(json_of(admin("GET", "/admin/v1/keys"))["keys"][0]["label"], "gateway");
  EXPECT_EQ(json_of(admin("GET", "/admin/v1/keys/k1"))["revoked"], false);
  EXPECT_EQ(admin("DELETE", "/admin/v1/keys/k1").status, 204);
  EXPECT_EQ(json_of(admin("GET", "/admin/v1/keys/k1"))["revoked"], true);
  EXPECT_EQ(admin("DELETE", "/admin/v1/keys/k9").status, 404);
  EXPECT_EQ(admin("GET", "/admin/v1/keys/k9").status, 404);
}

TEST_F(AdminKeyRoutesTest, AKeyIsOfTheDefaultTenantUnlessToldOtherwise) {
  EXPECT_EQ(json_of(admin("POST", "/admin/v1/keys", "{}"))["tenant"], "default");
}

TEST_F(AdminKeyRoutesTest, AnOperatorsKeyHasAName) {
  const json key = json_of(admin("POST", "/admin/v1/keys", R"({"operator":"otto","scopes":["admin:read"]})"));
  EXPECT_EQ(key["operator"], "otto");
  EXPECT_EQ(key["tenant"], nullptr);
  EXPECT_EQ(key["scopes"], json({"admin:read"}));
  EXPECT_EQ(json_of(admin("POST", "/admin/v1/keys", R"({"operator":"otto"})"))["scopes"],
            json({"admin:read", "admin:write"}));
  EXPECT_EQ(seen([&] { return keys_.operators; }), (std::vector<std::string>{"anna", "anna"}));
}

TEST_F(AdminKeyRoutesTest, AKeyIsReplacedWithADayOfOverlapUnlessToldOtherwise) {
  admin("POST", "/admin/v1/keys", R"({"label":"gateway"})");
  const HttpReply rotated = admin("POST", "/admin/v1/keys/k1/rotate", "{}");
  EXPECT_EQ(rotated.status, 201);
  EXPECT_EQ(json_of(rotated)["id"], "k2");
  EXPECT_EQ(json_of(rotated)["key"], "mf_secret");
  EXPECT_EQ(json_of(rotated)["label"], "gateway");
  EXPECT_EQ(json_of(admin("GET", "/admin/v1/keys/k1"))["successor"], "k2");
  EXPECT_EQ(seen([&] { return keys_.rotations.at(0).overlap; }), std::chrono::hours(24));
  EXPECT_EQ(admin("POST", "/admin/v1/keys/k1/rotate", "{}").status, 409);
  admin("POST", "/admin/v1/keys/k2/rotate", R"({"overlap_seconds":0,"expires_after_seconds":60})");
  EXPECT_EQ(seen([&] { return keys_.rotations.at(1).overlap; }), std::chrono::seconds(0));
  EXPECT_EQ(seen([&] { return keys_.rotations.at(1).lifetime; }), std::chrono::minutes(1));
  EXPECT_EQ(admin("POST", "/admin/v1/keys/k9/rotate", "{}").status, 404);
}

TEST_F(AdminKeyRoutesTest, BadInputNamesTheField) {
  EXPECT_EQ(param_of_refused(R"({"tenant":"a/b"})"), "tenant");
  EXPECT_EQ(param_of_refused(R"({"tenant":""})"), "tenant");
  EXPECT_EQ(param_of_refused(R"({"operator":"a b"})"), "operator");
  EXPECT_EQ(param_of_refused(R"({"operator":""})"), "operator");
  EXPECT_EQ(param_of_refused(R"({"operator":"otto","tenant":"shop"})"), "operator");
  EXPECT_EQ(param_of_refused(R"({"scopes":[]})"), "scopes");
  EXPECT_EQ(param_of_refused(R"({"scopes":["jobs:fly"]})"), "scopes");
  EXPECT_EQ(param_of_refused(R"({"scopes":["admin:read"]})"), "scopes") << "of a client's key";
  EXPECT_EQ(param_of_refused(R"({"scopes":["jobs:read"],"operator":"otto"})"), "scopes");
  EXPECT_EQ(param_of_refused(R"({"expires_after_seconds":0})"), "expires_after_seconds");
  EXPECT_EQ(param_of_refused(R"({"expires":1})"), "expires");
  EXPECT_EQ(param_of_refused(R"({"overlap_seconds":-1})", "/admin/v1/keys/k1/rotate"), "overlap_seconds");
  EXPECT_TRUE(seen([&] { return keys_.list.empty(); }));
}

}  // namespace
}  // namespace musicfleet::http
