#include "coordinator/elevenlabs/prompt_policy.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace musicfleet::elevenlabs {
namespace {

using nlohmann::ordered_json;

PromptPolicy policy(std::string_view text) {
  auto parsed = PromptPolicy::parse(text, "deny.txt");
  EXPECT_TRUE(parsed) << parsed.error().message;
  return parsed ? *std::move(parsed) : PromptPolicy();
}

TEST(PromptPolicy, DeniesWholeWordsInAnyCase) {
  const PromptPolicy denies = policy("# artists\n\n  Ärger Band  \n");
  EXPECT_TRUE(denies.judge("like ärger  BAND, loud"));
  EXPECT_FALSE(denies.judge("like Ärger Bandit"));
  EXPECT_FALSE(denies.judge("artists"));
  EXPECT_FALSE(PromptPolicy().judge("anything"));
}

TEST(PromptPolicy, TakesRegularExpressions) {
  EXPECT_TRUE(policy("/secret (song|tune)s?/").judge("the SECRET tunes"));
  EXPECT_FALSE(policy("a.b").judge("axb"));
  EXPECT_TRUE(policy("a.b").judge("x a.b"));
}

TEST(PromptPolicy, AnExclamationMarkSuggestsNothingElse) {
  const PromptPolicy denies = policy("mild\n!vile\n");
  EXPECT_TRUE(denies.judge("mild")->may_suggest);
  EXPECT_FALSE(denies.judge("vile")->may_suggest);
  EXPECT_FALSE(denies.judge("mild and vile")->may_suggest);
}

TEST(PromptPolicy, SuggestsTheTextWithoutWhatIsDenied) {
  const PromptPolicy denies = policy("some artist\n");
  EXPECT_EQ(denies.cleaned("calm folk, Some Artist, soft piano"), "calm folk, soft piano");
  EXPECT_EQ(denies.cleaned("some artist"), "");
  EXPECT_EQ(denies.cleaned("a  b ,"), "a  b ,");
  const ordered_json plan{{"lines", {"ok", "by some artist"}}, {"n", 3}};
  EXPECT_TRUE(denies.judge_all(plan));
  EXPECT_EQ(denies.cleaned_all(plan), (ordered_json{{"lines", {"ok", "by"}}, {"n", 3}}));
  EXPECT_FALSE(denies.judge_all(denies.cleaned_all(plan)));
}

TEST(PromptPolicy, ASearchWithoutEndDenies) {
  const auto denial = policy("/(a+)+$/").judge(std::string(5000, 'a') + "b");
  ASSERT_TRUE(denial);
  EXPECT_FALSE(denial->may_suggest);
}

TEST(PromptPolicy, NamesTheLineOfAMistake) {
  const auto wrong = PromptPolicy::parse("fine\n/(/\n", "deny.txt");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().message.substr(0, 12), "deny.txt:2: ");
  EXPECT_FALSE(PromptPolicy::parse("!", "deny.txt"));
  EXPECT_EQ(PromptPolicy::read("/nowhere/deny.txt").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace musicfleet::elevenlabs
