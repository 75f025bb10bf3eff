#include "coordinator/store/audit_log.h"

#include "common/sha256.h"
#include "tests/coordinator/store/store_fixture.h"

namespace musicfleet::store {
namespace {

AuditRecord record(const std::string& action, const std::string& target) {
  return {at(1'000), "admin", action, target, R"({"tenant":"shop"})"};
}

class AuditLogTest : public StoreTest {
 protected:
  // Five rows, the first of which is number 1.
  AuditLogTest() {
    for (const char* target : {"a", "b", "c", "d", "e"})
      heads.push_back(log.append(record("api_key.add", target)).value().hash);
  }
  // As somebody with the file and no respect for its triggers.
  void tamper(const char* sql) {
    ASSERT_TRUE(database.execute("DROP TRIGGER audit_is_final; DROP TRIGGER audit_stays"));
    ASSERT_TRUE(database.execute(sql));
  }
  AuditVerdict verdict(std::optional<Sha256> expected = {}) {
    return verify_audit_log(file, expected).value();
  }

  AuditLog log{database};
  std::vector<Sha256> heads;
};

TEST_F(AuditLogTest, AnUntouchedLogHolds) {
  const AuditVerdict found = verdict();
  EXPECT_TRUE(found.intact()) << found.reason;
  EXPECT_EQ(found.rows, 5);
  EXPECT_EQ(found.head, heads.back());
}

TEST_F(AuditLogTest, AnEmptyLogHolds) {
  const Database other = open_migrated(folder / "empty.db");
  const AuditVerdict found = verify_audit_log(folder / "empty.db", {}).value();
  EXPECT_TRUE(found.intact());
  EXPECT_EQ(found.rows, 0);
  EXPECT_EQ(found.head, Sha256{});
}

TEST_F(AuditLogTest, EveryColumnOfARowIsBoundByItsHash) {
  int copies = 0;
  for (const char* change : {"at = at + 1", "actor = 'nobody'", "action = 'api_key.revoke'", "target = 'x'",
                             "detail = '{}'", "hash = zeroblob(32)", "previous = zeroblob(32)"}) {
    SCOPED_TRACE(change);
    const auto path = folder / concat(++copies, ".db");
    Database copy = open_migrated(path);
    for (const char* target : {"a", "b", "c"}) ASSERT_TRUE(AuditLog(copy).append(record("made", target)));
    ASSERT_TRUE(copy.execute("DROP TRIGGER audit_is_final"));
    ASSERT_TRUE(copy.execute(concat("UPDATE audit SET ", change, " WHERE number = 2").c_str()));
    const AuditVerdict found = verify_audit_log(path, {}).value();
    EXPECT_EQ(found.broken, 2);
    EXPECT_EQ(found.rows, 1);
  }
}

TEST_F(AuditLogTest, ADeletedRowIsMissed) {
  tamper("DELETE FROM audit WHERE number = 3");
  const AuditVerdict found = verdict();
  EXPECT_EQ(found.broken, 3);
  EXPECT_EQ(found.reason, "row 3 is missing: row 4 follows row 2");
}

TEST_F(AuditLogTest, ADeletedRowWhosePlaceIsTakenIsMissed) {
  tamper("DELETE FROM audit WHERE number = 3; UPDATE audit SET number = number - 1 WHERE number > 3");
  EXPECT_EQ(verdict().broken, 3);
}

TEST_F(AuditLogTest, TwoRowsThatChangedPlacesAreFound) {
  tamper(
      "UPDATE audit SET number = 99 WHERE number = 2; UPDATE audit SET number = 2 WHERE number = 4;"
      "UPDATE audit SET number = 4 WHERE number = 99");
  EXPECT_EQ(verdict().broken, 2);
}

TEST_F(AuditLogTest, ACutOffTailIsFoundByAHashThatWasNoted) {
  tamper("DELETE FROM audit WHERE number > 3");
  EXPECT_TRUE(verdict().intact()) << "nothing in what is left tells of it";
  const AuditVerdict found = verdict(heads[4]);
  EXPECT_FALSE(found.intact());
  EXPECT_EQ(found.broken, std::nullopt);
  EXPECT_NE(found.reason.find("the log ends at row 3"), std::string::npos) << found.reason;
}

TEST_F(AuditLogTest, ANotedHashHoldsAfterTheLogHasGrown) {
  for (const Sha256& head : heads) EXPECT_TRUE(verdict(head).intact());
}

TEST_F(AuditLogTest, ALogThatWasWrittenAnewDoesNotHaveTheNotedHash) {
  tamper("DELETE FROM audit");
  for (const char* target : {"x", "b", "c", "d", "e"}) ASSERT_TRUE(log.append(record("api_key.add", target)));
  EXPECT_TRUE(verdict().intact());
  EXPECT_FALSE(verdict(heads.back()).intact());
}

TEST_F(AuditLogTest, TheDatabaseItselfRefusesToChangeARow) {
  for (const char* sql : {"UPDATE audit SET target = 'x'", "DELETE FROM audit WHERE number = 5",
                          "INSERT INTO audit SELECT 9, at, actor, action, target, detail, previous, hash "
                          "FROM audit WHERE number = 5"}) {
    const auto done = database.execute(sql);
    ASSERT_FALSE(done) << sql;
    EXPECT_EQ(done.error().code, ErrorCode::kConflict) << sql;
  }
}

TEST_F(AuditLogTest, PagesGoFromTheNewestToTheOldest) {
  const AuditPage first = log.page(0, 3).value();
  ASSERT_EQ(first.rows.size(), 3u);
  EXPECT_EQ(first.rows[0].record.target, "e");
  EXPECT_EQ(first.next_before, 3);
  const AuditPage last = log.page(*first.next_before, 3).value();
  ASSERT_EQ(last.rows.size(), 2u);
  EXPECT_EQ(last.rows[1].number, 1);
  EXPECT_EQ(last.next_before, std::nullopt);
}

TEST_F(AuditLogTest, TheCanonicalFormIsWhatTheHeaderSays) {
  // As anybody can compute it from the columns.
  const std::string bytes =
      std::string(32, '\0') + "1:1,4:1000,5:admin,11:api_key.add,1:a,17:{\"tenant\":\"shop\"},";
  EXPECT_EQ(heads[0], sha256(bytes));
}

TEST_F(AuditLogTest, ADatabaseOfTheFirstVersionHasNone) {
  Database old = Database::open(folder / "old.db", Database::Mode::kReadWrite).value();
  ASSERT_TRUE(migrate(old, {all_migrations().front()}));
  EXPECT_EQ(verify_audit_log(folder / "old.db", {}).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace musicfleet::store
