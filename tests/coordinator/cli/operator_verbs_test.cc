#include "tests/coordinator/cli/cli_fixture.h"

#include <gmock/gmock.h>

namespace musicfleet::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kPublicKey = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7";

class OperatorVerbs : public CliFixture {};

TEST_F(OperatorVerbs, AWorkerIsLetInListedAndShutOut) {
  EXPECT_EQ(run({"workers", "add", "gpu-1", kPublicKey}).out, "worker gpu-1 may connect\n");
  EXPECT_THAT(run({"workers", "list"}).out, HasSubstr("gpu-1   away"));
  EXPECT_EQ(run({"workers", "revoke", "gpu-1"}).out, "worker gpu-1 is revoked\n");
  EXPECT_THAT(run({"workers", "list"}).out, HasSubstr("revoked"));
  EXPECT_EQ(run({"workers", "revoke", "gpu-2"}).status, 3);
}

TEST_F(OperatorVerbs, AWorkersKeyIsReplacedListedAndRevokedAlone) {
  const Outcome rotated =
      run({"workers", "rotate", "gpu-1", kPublicKey, "--overlap", "24h", "--expires", "90d"});
  EXPECT_EQ(rotated.status, 0) << rotated.err;
  EXPECT_EQ(seen([&] { return worker_keys_.overlaps.at(0); }), std::chrono::hours(24));
  EXPECT_EQ(seen([&] { return worker_keys_.orders.at(0).lifetime; }), std::chrono::hours(24 * 90));
  EXPECT_THAT(run({"workers", "keys", "gpu-1"}).out, HasSubstr(kPublicKey));
  EXPECT_EQ(run({"workers", "revoke", "gpu-1", "--key", kPublicKey}).status, 0);
  EXPECT_THAT(run({"workers", "keys", "gpu-1"}).out, HasSubstr("revoked"));
  EXPECT_EQ(nlohmann::json::parse(run({"workers", "keys", "gpu-1", "--json"}).out)["public_key"], kPublicKey);
  EXPECT_EQ(run({"workers", "keys", "gpu-9"}).status, 3);
  const Outcome wrong = run({"workers", "rotate", "gpu-1", kPublicKey, "--overlap", "soon"});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_THAT(wrong.err, HasSubstr("--overlap"));
}

TEST_F(OperatorVerbs, AWorkerAtWorkShowsWhatItIsAt) {
  on_loop([&] {
    http::WorkerInfo worker;
    worker.name = WorkerId{"gpu-1"};
    worker.connected = true;
    worker.device = "cpu";
    worker.models = {{"tiny", "ace_v15", "turbo"}};
    worker.running = {{{JobId{"job_a"}, 2}, Stage::kDenoising, 3, 8}};
    backend_.worker_list = {worker};
  });
  const Outcome list = run({"workers", "list"});
  EXPECT_THAT(list.out, HasSubstr("gpu-1   busy   cpu     tiny"));
  EXPECT_THAT(list.out, HasSubstr("job_a denoising 3/8"));
  EXPECT_EQ(nlohmann::json::parse(run({"workers", "list", "--json"}).out)["running"][0]["epoch"], 2);
}

TEST_F(OperatorVerbs, WhyTellsAJobsStory) {
  add_job("job_a", JobState::kQueued);
  on_loop([&] { jobs_.events["job_a"] = {{JobId{"job_a"}, WallTime{}, "leased", R"({"worker":"gpu-1"})"}}; });
  const Outcome told = run({"jobs", "why", "job_a"});
  EXPECT_EQ(told.status, 0) << told.err;
  EXPECT_THAT(told.out, HasSubstr("job_a is queued"));
  EXPECT_THAT(told.out, HasSubstr("leased  to gpu-1"));
  EXPECT_EQ(nlohmann::json::parse(run({"jobs", "why", "job_a", "--json"}).out)["job"]["id"], "job_a");
  EXPECT_EQ(run({"jobs", "why", "job_b"}).status, 3);
}

TEST_F(OperatorVerbs, AFailedJobIsPutBackAndAnyOtherIsRefused) {
  add_job("job_a", JobState::kFailed);
  EXPECT_EQ(run({"jobs", "requeue", "job_a"}).out, "job_a is back in the queue\n");
  EXPECT_EQ(run({"jobs", "requeue", "job_a"}).status, 5);
  EXPECT_EQ(run({"jobs", "requeue", "job_b"}).status, 3);
  EXPECT_EQ(run({"jobs", "requeue"}).status, 2);
}

TEST_F(OperatorVerbs, OneJobThatIsRefusedDoesNotKeepTheOthersFromTheQueue) {
  add_job("job_a", JobState::kFailed);
  add_job("job_c", JobState::kQueued);
  const Outcome both = run({"jobs", "requeue", "job_b", "job_c", "job_a"});
  EXPECT_EQ(both.out, "job_a is back in the queue\n");
  EXPECT_THAT(both.err, HasSubstr("job_b"));
  EXPECT_THAT(both.err, HasSubstr("only a failed job"));
  EXPECT_EQ(both.status, 5);
}

TEST_F(OperatorVerbs, AWorkerIsDrainedAndResumed) {
  run({"workers", "add", "gpu-1", kPublicKey});
  EXPECT_THAT(run({"workers", "drain", "gpu-1"}).out, HasSubstr("gets no new job"));
  EXPECT_TRUE(seen([&] { return backend_.worker_list.at(0).draining; }));
  EXPECT_EQ(run({"workers", "resume", "gpu-1"}).out, "worker gpu-1 gets jobs again\n");
  EXPECT_EQ(run({"workers", "drain", "gpu-2"}).status, 3);
}

TEST_F(OperatorVerbs, ATenantIsAddedLimitedAndListed) {
  const Outcome added = run({"tenants", "add", "shop", "--max-queued", "10", "--weight", "3"});
  EXPECT_EQ(added.status, 0) << added.err;
  EXPECT_EQ(run({"tenants", "add", "shop"}).status, 5);
  const auto set = nlohmann::json::parse(
      run({"tenants", "set", "shop", "--songs-per-hour", "60", "--max-queued", "none", "--json"}).out);
  EXPECT_EQ(set["songs_per_hour"], 60);
  EXPECT_EQ(set["max_queued"], nullptr);
  EXPECT_EQ(set["weight"], 3);
  EXPECT_THAT(run({"tenants", "list"}).out, HasSubstr("shop"));
  EXPECT_EQ(run({"tenants", "show", "nobody"}).status, 3);
  EXPECT_EQ(run({"tenants", "set", "shop", "--weight", "0"}).status, 2);
  EXPECT_EQ(run({"tenants", "set", "shop", "--weight", "many"}).status, 2);
  EXPECT_EQ(run({"tenants", "add", "a/b"}).status, 2);
}

TEST_F(OperatorVerbs, ATenantIsToldWhereItsSongsMayComeFromAndForHowMuch) {
  ASSERT_EQ(run({"tenants", "add", "shop", "--spend-month", "100"}).status, 0);
  const auto set = nlohmann::json::parse(run({"tenants", "set", "shop", "--policy", "elevenlabs_first",
                                              "--buy-again", "yes", "--spend-day", "12.50", "--json"})
                                             .out);
  EXPECT_EQ(set["policy"], "elevenlabs_first");
  EXPECT_EQ(set["buys_again"], true);
  EXPECT_EQ(set["spend_cents_per_day"], 1'250);
  EXPECT_EQ(set["spend_cents_per_month"], 10'000);
  EXPECT_THAT(run({"tenants", "show", "shop"}).out, HasSubstr("elevenlabs_first  12.50    100.00     yes"));
  const auto back = nlohmann::json::parse(
      run({"tenants", "set", "shop", "--buy-again", "no", "--spend-day", "none", "--json"}).out);
  EXPECT_EQ(back["buys_again"], false);
  EXPECT_EQ(back["spend_cents_per_day"], nullptr);
  EXPECT_EQ(back["policy"], "elevenlabs_first") << "what is not named stays";
}

TEST_F(OperatorVerbs, WhatIsNoPolicyAndNoAmountIsRefusedByItsField) {
  run({"tenants", "add", "shop"});
  for (const auto& [option, wrong, field] :
       {std::tuple("--policy", "cheapest", "policy"), std::tuple("--buy-again", "maybe", "buys_again"),
        std::tuple("--spend-day", "-1", "spend_cents_per_day"),
        std::tuple("--spend-month", "1.005", "spend_cents_per_month")}) {
    const Outcome refused = run({"tenants", "set", "shop", option, wrong});
    EXPECT_EQ(refused.status, 2) << option;
    EXPECT_THAT(refused.err, HasSubstr(field));
  }
}

TEST_F(OperatorVerbs, AKeyThatIsNoneIsRefusedByItsField) {
  const Outcome outcome = run({"workers", "add", "gpu-1", "short"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.err, HasSubstr("public_key"));
  EXPECT_THAT(run({"workers", "list"}).out, Not(HasSubstr("gpu-1")));
}

TEST_F(OperatorVerbs, TheAdminApiWantsTheAdminKey) {
  write_text(folder_ / "wrong", "not the key");
  const Outcome outcome = musicfleet(
      {"keys", "list", "--admin-url", admin_url(""), "--admin-key-file", (folder_ / "wrong").string()});
  EXPECT_EQ(outcome.status, 5);
  EXPECT_EQ(outcome.out, "");
}

}  // namespace
}  // namespace musicfleet::cli
