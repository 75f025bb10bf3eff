#include "tests/coordinator/cli/cli_fixture.h"
#include "tests/support/scripted_http_server.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

namespace musicfleet::cli {
namespace {

using ::musicfleet::testing::ScriptedHttpServer;
using ::musicfleet::testing::ScriptedReply;
using ::musicfleet::testing::ScriptedRequest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Jobs : public CliFixture {};

TEST_F(Jobs, TheListShowsJobsOfTheState) {
  add_job("job_a", JobState::kQueued);
  add_job("job_b", JobState::kFailed);
  const Outcome all = run({"jobs", "list"});
  EXPECT_EQ(all.status, 0) << all.err;
  EXPECT_THAT(all.out, HasSubstr("job_a  queued"));
  EXPECT_THAT(all.out, HasSubstr("job_b  failed"));
  const Outcome failed = run({"jobs", "list", "--state", "failed"});
  EXPECT_THAT(failed.out, Not(HasSubstr("job_a")));
  EXPECT_THAT(failed.out, HasSubstr("job_b"));
}

TEST_F(Jobs, AsJsonThereIsOneLineAJob) {
  add_job("job_a", JobState::kQueued);
  add_job("job_b", JobState::kQueued);
  const Outcome outcome = run({"jobs", "list", "--json"});
  std::istringstream lines(outcome.out);
  std::vector<std::string> ids;
  for (std::string line; std::getline(lines, line);) ids.push_back(nlohmann::json::parse(line)["id"]);
  EXPECT_THAT(ids, ElementsAre("job_a", "job_b"));
}

TEST_F(Jobs, ThatThereAreMoreIsSaid) {
  add_job("job_a", JobState::kQueued);
  add_job("job_b", JobState::kQueued);
  const Outcome outcome = run({"jobs", "list", "--limit", "1"});
  EXPECT_THAT(outcome.out, Not(HasSubstr("job_b")));
  EXPECT_THAT(outcome.err, HasSubstr("--all"));
}

TEST_F(Jobs, AStateThatDoesNotExistIsWrongUse) {
  const Outcome outcome = run({"jobs", "list", "--state", "asleep"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.err, HasSubstr("state"));
}

TEST_F(Jobs, ShowTellsEverythingAboutOne) {
  const JobId id = add_song("song");
  const Outcome outcome = run({"jobs", "show", id.value});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("succeeded"));
  EXPECT_THAT(outcome.out, HasSubstr("audio/mpeg"));
  const Outcome json = run({"jobs", "show", id.value, "--json"});
  EXPECT_EQ(nlohmann::json::parse(json.out)["audio"]["size_bytes"], 4);
}

TEST_F(Jobs, AJobThatDoesNotExistIsNotFound) {
  for (const char* verb : {"show", "cancel"}) {
    const Outcome outcome = run({"jobs", verb, "job_x"});
    EXPECT_EQ(outcome.status, 3);
    EXPECT_THAT(outcome.err, HasSubstr("job_x"));
    EXPECT_EQ(outcome.out, "");
  }
}

TEST_F(Jobs, CancelSaysWhetherItIsDoneOrAskedFor) {
  add_job("job_a", JobState::kQueued);
  add_job("job_b", JobState::kLeased);
  add_job("job_c", JobState::kSucceeded);
  EXPECT_THAT(run({"jobs", "cancel", "job_a"}).out, HasSubstr("is cancelled"));
  EXPECT_THAT(run({"jobs", "cancel", "job_b"}).out, HasSubstr("as soon as its worker has stopped"));
  EXPECT_EQ(run({"jobs", "cancel", "job_c"}).status, 5);
}

TEST_F(Jobs, OperatorsSeeTheJobsOfEveryTenant) {
  add_job("job_a", JobState::kQueued);
  on_loop([&] { backend_.job_map["job_a"].tenant = TenantId{"other"}; });
  EXPECT_EQ(run({"jobs", "show", "job_a"}).status, 3);
  const Outcome outcome = run({"jobs", "show", "job_a", "--admin"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("other"));
  EXPECT_THAT(run({"jobs", "list", "--admin"}).out, HasSubstr("job_a"));
}

TEST(JobPages, AllFollowsTheCursors) {
  ScriptedHttpServer server([](const ScriptedRequest& request) {
    const bool second = request.target.find("cursor=c%2F1") != std::string::npos;
    return ScriptedReply{.body = second ? R"({"jobs":[{"id":"b"}],"next_cursor":null})"
                                        : R"({"jobs":[{"id":"a"}],"next_cursor":"c/1"})"};
  });
  const ::musicfleet::testing::TemporaryFolder folder;
  write_text(folder / "key", "k");
  const Outcome outcome = musicfleet({"jobs", "list", "--all", "--json", "--url", server.url(),
                                      "--api-key-file", (folder / "key").string()});
  EXPECT_EQ(outcome.out, "{\"id\":\"a\"}\n{\"id\":\"b\"}\n");
  EXPECT_EQ(server.requests().size(), 2u);
}

TEST(Program, WhatIsNoCommandIsWrongUse) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{},
                                             {"dance"},
                                             {"jobs"},
                                             {"jobs", "show"},
                                             {"jobs", "list", "--limit", "many"},
                                             {"keys", "revoke"}}) {
    const Outcome outcome = musicfleet(arguments);
    EXPECT_EQ(outcome.status, 2) << ::testing::PrintToString(arguments);
    EXPECT_NE(outcome.err, "");
  }
}

TEST(Program, HelpAndVersionAreNoFailure) {
  EXPECT_EQ(musicfleet({"--version"}).out, "1.2.3\n");
  const Outcome help = musicfleet({"generate", "--help"});
  EXPECT_EQ(help.status, 0);
  EXPECT_THAT(help.out, HasSubstr("--lyrics-file"));
}

TEST(Program, ACoordinatorThatIsNotThereIsUnavailable) {
  std::string url;
  {
    ScriptedHttpServer gone([](const ScriptedRequest&) { return ScriptedReply{}; });
    url = gone.url();
  }
  const ::musicfleet::testing::TemporaryFolder folder;
  write_text(folder / "key", "k");
  const Outcome outcome =
      musicfleet({"jobs", "list", "--url", url, "--api-key-file", (folder / "key").string()});
  EXPECT_EQ(outcome.status, 4);
  EXPECT_THAT(outcome.err, HasSubstr(url));
}

}  // namespace
}  // namespace musicfleet::cli
