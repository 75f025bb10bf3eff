#include "common/sha256.h"
#include "tests/coordinator/http/http_fixture.h"

namespace musicfleet::http {
namespace {

using nlohmann::json;

class AdminAuditRoutesTest : public HttpFixture {
 protected:
  HttpReply admin(const std::string& path) { return request("GET", admin_url(path), {}, {}, kAdminKey); }
};

TEST_F(AdminAuditRoutesTest, NeedTheAdminKey) {
  for (const char* path : {"/admin/v1/audit", "/admin/v1/audit/verify"}) {
    EXPECT_EQ(request("GET", admin_url(path), {}, {}, "").status, 401) << path;
    EXPECT_EQ(request("GET", admin_url(path), {}, {}, kGoodKey).status, 401) << path;
  }
}

TEST_F(AdminAuditRoutesTest, ShowWhoDidWhatPageByPage) {
  const AuditEntry entry{7,       WallTime(std::chrono::milliseconds(1'000)),
                         "anna",  "api_key.add",
                         "k1",    R"({"tenant":"shop"})",
                         Sha256{}};
  audit_.entries = {{entry}, 7};
  const json page = json_of(admin("/admin/v1/audit?before=9&limit=1"));
  EXPECT_EQ(page["next_before"], 7);
  EXPECT_EQ(page["entries"][0], json({{"number", 7},
                                      {"at", "1970-01-01T00:00:01.000Z"},
                                      {"actor", "anna"},
                                      {"action", "api_key.add"},
                                      {"target", "k1"},
                                      {"detail", {{"tenant", "shop"}}},
                                      {"hash", std::string(64, '0')}}));
  const auto queries = seen([&] { return audit_.queries; });
  EXPECT_EQ(queries.at(0).before, 9);
  EXPECT_EQ(queries.at(0).limit, 1);
}

TEST_F(AdminAuditRoutesTest, SayWhetherTheChainHolds) {
  EXPECT_EQ(json_of(admin("/admin/v1/audit/verify")), json({{"intact", true},
                                                            {"rows", 0},
                                                            {"head", std::string(64, '0')},
                                                            {"broken_row", nullptr},
                                                            {"reason", nullptr}}));
  on_loop([&] { audit_.report = {false, 2, sha256("head"), 3, "row 3 is missing"}; });
  const json broken = json_of(admin("/admin/v1/audit/verify?expect_head=" + to_hex(sha256("pin"))));
  EXPECT_EQ(broken["intact"], false);
  EXPECT_EQ(broken["broken_row"], 3);
  EXPECT_EQ(broken["reason"], "row 3 is missing");
  EXPECT_EQ(seen([&] { return audit_.expected; }), sha256("pin"));
}

TEST_F(AdminAuditRoutesTest, ABadQueryNamesItsParameter) {
  for (const auto& [path, param] : {std::pair("/admin/v1/audit?before=0", "before"),
                                    {"/admin/v1/audit?limit=201", "limit"},
                                    {"/admin/v1/audit/verify?expect_head=12", "expect_head"}}) {
    const HttpReply reply = admin(path);
    EXPECT_EQ(reply.status, 422) << path;
    EXPECT_EQ(detail_of(reply)["param"], param);
  }
}

}  // namespace
}  // namespace musicfleet::http
