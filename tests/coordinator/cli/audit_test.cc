#include "common/sha256.h"
#include "coordinator/store/audit_log.h"
#include "coordinator/store/migrations.h"
#include "tests/coordinator/cli/cli_fixture.h"

#include <gmock/gmock.h>

namespace musicfleet::cli {
namespace {

using ::testing::HasSubstr;

class AuditVerbs : public CliFixture {
 protected:
  // A database file with three records; the last head.
  Sha256 make_database() {
    auto database = store::Database::open(file_, store::Database::Mode::kReadWrite).value();
    EXPECT_TRUE(store::migrate(database, store::all_migrations()));
    Sha256 head{};
    for (const char* target : {"k1", "k2", "k3"})
      head = store::AuditLog(database).append({WallTime{}, "anna", "api_key.add", target, "{}"}).value().hash;
    return head;
  }
  void execute(const char* script) {
    auto database = store::Database::open(file_, store::Database::Mode::kReadWrite).value();
    ASSERT_TRUE(database.execute(script));
  }

  const std::filesystem::path file_ = folder_ / "musicfleet.db";
};

TEST_F(AuditVerbs, ListWhoDidWhat) {
  audit_.entries = {{{7, WallTime{}, "anna", "api_key.add", "k1", R"({"tenant":"shop"})", Sha256{}}},
                    std::nullopt};
  const Outcome list = run({"audit", "list"});
  EXPECT_EQ(list.status, 0) << list.err;
  EXPECT_THAT(list.out, HasSubstr("anna   api_key.add  k1      {\"tenant\":\"shop\"}"));
  EXPECT_EQ(nlohmann::json::parse(run({"audit", "list", "--json"}).out)["number"], 7);
}

TEST_F(AuditVerbs, VerifyPrintsTheHeadOrFails) {
  on_loop([&] { audit_.report = {true, 7, sha256("head"), std::nullopt, ""}; });
  const Outcome holds = run({"audit", "verify"});
  EXPECT_EQ(holds.status, 0) << holds.err;
  EXPECT_EQ(holds.out, "the audit log holds: 7 rows, head " + to_hex(sha256("head")) + "\n");
  on_loop([&] { audit_.report = {false, 2, Sha256{}, 3, "row 3 is missing"}; });
  const Outcome broken = run({"audit", "verify"});
  EXPECT_EQ(broken.status, 1);
  EXPECT_THAT(broken.err, HasSubstr("row 3 is missing"));
  EXPECT_EQ(nlohmann::json::parse(run({"audit", "verify", "--json"}).out)["broken_row"], 3);
}

TEST_F(AuditVerbs, ADatabaseFileIsCheckedWithoutACoordinator) {
  const std::string head = to_hex(make_database());
  const Outcome holds = musicfleet({"audit", "verify", "--database", file_.string(), "--expect-head", head});
  EXPECT_EQ(holds.status, 0) << holds.err;
  EXPECT_THAT(holds.out, HasSubstr(head));

  execute("DROP TRIGGER audit_stays; DELETE FROM audit WHERE number = 3");
  EXPECT_EQ(musicfleet({"audit", "verify", "--database", file_.string()}).status, 0);
  const Outcome cut = musicfleet({"audit", "verify", "--database", file_.string(), "--expect-head", head});
  EXPECT_EQ(cut.status, 1);
  EXPECT_THAT(cut.err, HasSubstr("the log ends at row 2"));

  execute("DROP TRIGGER audit_is_final; UPDATE audit SET actor = 'bob' WHERE number = 1");
  const Outcome changed = musicfleet({"audit", "verify", "--database", file_.string()});
  EXPECT_EQ(changed.status, 1);
  EXPECT_THAT(changed.err, HasSubstr("row 1 is not what was written"));
}

TEST_F(AuditVerbs, WrongUseIsSaid) {
  make_database();
  EXPECT_EQ(musicfleet({"audit", "verify", "--database", "/nonexistent"}).status, 2);
  EXPECT_EQ(musicfleet({"audit", "verify", "--database", file_.string(), "--expect-head", "12"}).status, 2);
}

}  // namespace
}  // namespace musicfleet::cli
