// Code, SQL and docs say the same about job states; the CHECKs hold.
#include "tests/coordinator/store/store_fixture.h"

#include <fstream>
#include <set>
#include <sstream>

namespace musicfleet::store {
namespace {

constexpr JobState kStates[] = {JobState::kQueued, JobState::kLeased, JobState::kSucceeded, JobState::kFailed,
                                JobState::kCancelled};
using Transitions = std::set<std::pair<std::string, std::string>>;

Transitions transitions_of_code() {
  Transitions found;
  for (const JobState from : kStates)
    for (const JobState to : kStates)
      if (may_follow(from, to)) found.emplace(name_of(from), name_of(to));
  return found;
}

class Schema : public StoreTest {
 protected:
  // A job brought straight into a state, past the writer.
  bool insert_with_state(const std::string& state) {
    const bool is_final = state != "queued" && state != "leased";
    const std::string sql =
        concat("INSERT INTO jobs (" MUSICFLEET_JOB_COLUMNS ") VALUES ('job_", state, "', 'default', '", state,
               "', '{}', 0, NULL, '{}', 1, 1, 1, ", is_final ? "2" : "NULL", ", 1, 1, 'w', 0, ",
               state == "failed" ? "'{}'" : "NULL", ", ", state == "succeeded" ? "'{}'" : "NULL",
               ", '[]', 0, 0, '')");
    return database.execute(sql.c_str()).has_value();
  }
  bool refused(const std::string& sql) {
    const auto done = database.execute(sql.c_str());
    return !done && done.error().code == ErrorCode::kConflict;
  }
};

TEST_F(Schema, KnowsExactlyTheStatesOfTheCode) {
  for (const JobState state : kStates) EXPECT_TRUE(insert_with_state(std::string(name_of(state))));
  EXPECT_FALSE(insert_with_state("paused"));
  EXPECT_FALSE(insert_with_state("Queued"));
}

TEST_F(Schema, HasTheTransitionsOfTheCode) {
  Transitions stored;
  Rows rows = database.query("SELECT from_state, to_state FROM job_transitions").value();
  while (rows.next().value()) stored.emplace(rows.text(0), rows.text(1));
  EXPECT_EQ(stored, transitions_of_code());
}

TEST_F(Schema, HasTheOutcomesOfTheCode) {
  ASSERT_TRUE(insert_with_state("queued"));
  int outcomes = 0;
  for (; outcomes < 7; ++outcomes)
    EXPECT_TRUE(
        database.execute(concat("INSERT INTO attempts VALUES ('job_queued', ", outcomes + 1, ", 'w', 1, 2, '",
                                name_of(static_cast<AttemptOutcome>(outcomes)), "', NULL)")
                             .c_str()));
  EXPECT_TRUE(refused("INSERT INTO attempts VALUES ('job_queued', 99, 'w', 1, 2, 'vanished', NULL)"));
}

TEST_F(Schema, DocsTellTheSameTransitions) {
  std::ifstream docs("docs/job-states.md");
  ASSERT_TRUE(docs);
  Transitions drawn, listed;
  std::string line;
  while (std::getline(docs, line)) {
    std::istringstream words(line);
    std::string from, arrow, to;
    if (line.rfind("    ", 0) == 0 && words >> from >> arrow >> to && arrow == "-->" && from != "[*]" &&
        to != "[*]") {
      if (to.back() == ':') to.pop_back();
      drawn.emplace(from, to);
    }
    words = std::istringstream(line);
    std::string bar, bar2, bar3;
    if (words >> bar >> from >> bar2 >> to >> bar3 && bar == "|" && from.front() == '`' && to.front() == '`')
      listed.emplace(from.substr(1, from.size() - 2), to.substr(1, to.size() - 2));
  }
  EXPECT_EQ(drawn, transitions_of_code()) << "the diagram";
  EXPECT_EQ(listed, transitions_of_code()) << "the table";
}

TEST_F(Schema, RefusesATransitionThatIsNotInTheTable) {
  for (const JobState from : kStates) ASSERT_TRUE(insert_with_state(std::string(name_of(from))));
  EXPECT_TRUE(refused(
      "UPDATE jobs SET state = 'queued', finished_at = NULL, audio = NULL WHERE id = 'job_succeeded'"));
  EXPECT_TRUE(refused("UPDATE jobs SET state = 'leased', finished_at = NULL WHERE id = 'job_cancelled'"));
  EXPECT_TRUE(
      refused("UPDATE jobs SET state = 'succeeded', finished_at = 2, audio = '{}' WHERE id = 'job_queued'"));
  EXPECT_FALSE(refused("UPDATE jobs SET state = 'queued', finished_at = NULL WHERE id = 'job_failed'"));
}

TEST_F(Schema, RefusesJobsThatContradictThemselves) {
  for (const JobState state : kStates) ASSERT_TRUE(insert_with_state(std::string(name_of(state))));
  EXPECT_TRUE(refused("UPDATE jobs SET finished_at = 5 WHERE id = 'job_queued'"));
  EXPECT_TRUE(refused("UPDATE jobs SET finished_at = NULL WHERE id = 'job_failed'"));
  EXPECT_TRUE(refused("UPDATE jobs SET audio = '{}' WHERE id = 'job_leased'"));
  EXPECT_TRUE(refused("UPDATE jobs SET audio = NULL WHERE id = 'job_succeeded'"));
  EXPECT_TRUE(refused("UPDATE jobs SET error = NULL WHERE id = 'job_failed'"));
  EXPECT_TRUE(refused("UPDATE jobs SET worker = '' WHERE id = 'job_leased'"));
  EXPECT_TRUE(refused("UPDATE jobs SET epoch = 0 WHERE id = 'job_leased'")) << "the epoch never falls";
  EXPECT_TRUE(refused("UPDATE jobs SET priority = 11 WHERE id = 'job_queued'"));
  EXPECT_TRUE(refused("UPDATE jobs SET spec = '{' WHERE id = 'job_queued'"));
  EXPECT_TRUE(refused("UPDATE jobs SET priority = 'high' WHERE id = 'job_queued'")) << "STRICT";
  EXPECT_TRUE(refused("UPDATE jobs SET tenant = 'nobody' WHERE id = 'job_queued'")) << "foreign key";
}

TEST_F(Schema, HistoryIsOnlyAddedTo) {
  ASSERT_TRUE(writer.insert(queued_job("job_1"), std::nullopt));
  EXPECT_TRUE(refused("UPDATE events SET kind = 'other'"));
  EXPECT_TRUE(refused("DELETE FROM events"));
}

TEST_F(Schema, AnAttemptEndsOnce) {
  ASSERT_TRUE(writer.insert(queued_job("job_1"), std::nullopt));
  const Lease lease{JobId{"job_1"}, 1};
  ASSERT_TRUE(writer.apply({AttemptStarted{lease, WorkerId{"w"}, at(1)},
                            AttemptEnded{lease, at(2), AttemptOutcome::kExpired, std::nullopt}}));
  EXPECT_FALSE(writer.apply({AttemptEnded{lease, at(3), AttemptOutcome::kSucceeded, std::nullopt}}));
  EXPECT_FALSE(writer.apply({AttemptStarted{lease, WorkerId{"w"}, at(1)}}));
  EXPECT_FALSE(writer.apply({JobUpdated{queued_job("job_unknown")}}));
}

}  // namespace
}  // namespace musicfleet::store
