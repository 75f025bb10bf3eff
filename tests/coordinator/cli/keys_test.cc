#include "tests/coordinator/cli/cli_fixture.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

namespace musicfleet::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class KeysVerb : public CliFixture {};

TEST_F(KeysVerb, ANewKeyIsTheOnlyThingOnTheOutput) {
  const Outcome made = run({"keys", "add", "--tenant", "shop", "--label", "checkout"});
  EXPECT_EQ(made.status, 0) << made.err;
  EXPECT_EQ(made.out, "mf_secret\n");
  EXPECT_THAT(made.err, HasSubstr("tenant shop"));
  const Outcome list = run({"keys", "list"});
  EXPECT_THAT(list.out, HasSubstr("k1   tenant shop  checkout  jobs:read,jobs:write"));
  EXPECT_THAT(list.out, HasSubstr("valid"));
  EXPECT_THAT(list.out, Not(HasSubstr("mf_secret")));
}

TEST_F(KeysVerb, AKeyCanBeAnOperatorsAndHaveOneScopeAndAnEnd) {
  const Outcome made =
      run({"keys", "add", "--operator", "otto", "--scopes", "admin:read", "--expires", "90d"});
  EXPECT_EQ(made.status, 0) << made.err;
  EXPECT_THAT(made.err, HasSubstr("operator otto, admin:read"));
  EXPECT_EQ(seen([&] { return keys_.orders.at(0).lifetime; }), std::chrono::hours(24 * 90));
  const Outcome shown = run({"keys", "show", "k1"});
  EXPECT_THAT(shown.out, HasSubstr("operator otto"));
  EXPECT_THAT(shown.out, Not(HasSubstr("mf_secret")));
  EXPECT_EQ(run({"keys", "show", "k9"}).status, 3);
  EXPECT_EQ(run({"keys", "add", "--scopes", "jobs:read,jobs:fly"}).status, 2);
  const Outcome wrong = run({"keys", "add", "--expires", "soon"});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_THAT(wrong.err, HasSubstr("--expires"));
}

TEST_F(KeysVerb, ANewKeyCanGoIntoAFileThatOnlyItsOwnerMayRead) {
  const std::string file = (folder_ / "gateway.key").string();
  const Outcome made = run({"keys", "add", "--key-file", file});
  EXPECT_EQ(made.status, 0) << made.err;
  EXPECT_EQ(made.out, "");
  EXPECT_THAT(made.err, HasSubstr(file));
  EXPECT_EQ(text_at(file), "mf_secret\n");
  struct stat status {};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_EQ(run({"keys", "rotate", "k1", "--overlap", "1h", "--key-file", file}).status, 5);
  EXPECT_EQ(seen([&] { return keys_.list.size(); }), 1u) << "the file is there, so no key is made";
}

TEST_F(KeysVerb, AKeyThatCouldNotBeWrittenIsNamedSoThatItCanBeRevoked) {
  const Outcome lost = run({"keys", "add", "--key-file", (folder_ / "nowhere" / "key").string()});
  EXPECT_EQ(lost.status, 1);
  EXPECT_THAT(lost.err, HasSubstr("k1"));
  EXPECT_THAT(lost.err, HasSubstr("revoke it"));
}

TEST_F(KeysVerb, AKeyIsRotatedAndTheOneBeforeIsShownAsReplaced) {
  run({"keys", "add"});
  const Outcome rotated = run({"keys", "rotate", "k1", "--overlap", "24h"});
  EXPECT_EQ(rotated.status, 0) << rotated.err;
  EXPECT_EQ(rotated.out, "mf_secret\n");
  EXPECT_THAT(rotated.err, HasSubstr("key k1 ends in 24h"));
  EXPECT_EQ(seen([&] { return keys_.rotations.at(0).overlap; }), std::chrono::hours(24));
  EXPECT_EQ(seen([&] { return keys_.rotations.at(0).lifetime; }), std::nullopt);
  EXPECT_THAT(run({"keys", "list"}).out, HasSubstr("replaced"));
  EXPECT_THAT(run({"keys", "show", "k1"}).out, HasSubstr("k2"));
  EXPECT_EQ(run({"keys", "rotate", "k1", "--overlap", "24h"}).status, 5);
  EXPECT_EQ(run({"keys", "rotate", "k9", "--overlap", "24h"}).status, 3);
}

TEST_F(KeysVerb, ARevokedKeyIsShownAsRevoked) {
  run({"keys", "add"});
  EXPECT_EQ(run({"keys", "revoke", "k1"}).out, "key k1 is revoked\n");
  EXPECT_THAT(run({"keys", "list"}).out, HasSubstr("revoked"));
  EXPECT_EQ(run({"keys", "revoke", "k9"}).status, 3);
}

TEST_F(KeysVerb, KeysAsJsonAreWhatTheApiSays) {
  const Outcome made = run({"keys", "add", "--json"});
  const nlohmann::json key = nlohmann::json::parse(made.out);
  EXPECT_EQ(key["id"], "k1");
  EXPECT_EQ(key["key"], "mf_secret");
  EXPECT_EQ(made.err, "");
  EXPECT_EQ(nlohmann::json::parse(run({"keys", "list", "--json"}).out)["tenant"], "default");
  EXPECT_EQ(nlohmann::json::parse(run({"keys", "show", "k1", "--json"}).out)["revoked"], false);
  const Outcome filed = run(
      {"keys", "rotate", "k1", "--overlap", "0s", "--json", "--key-file", (folder_ / "next.key").string()});
  EXPECT_FALSE(nlohmann::json::parse(filed.out).contains("key"));
}

}  // namespace
}  // namespace musicfleet::cli
