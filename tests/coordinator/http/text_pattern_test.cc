// A pattern's expression, which clients read, and its code, which decides, must admit the same texts.
#include "coordinator/http/job_fields.h"

#include <gtest/gtest.h>

#include <regex>

namespace musicfleet::http {
namespace {

std::vector<const FieldRule*> rules_with_a_pattern() {
  std::vector<const FieldRule*> found;
  for (const auto fields : {submission_fields(), submission_headers()})
    for (const FieldRule& rule : fields)
      if (rule.pattern) found.push_back(&rule);
  return found;
}

TEST(TextPattern, ItsExpressionAndItsCodeAdmitTheSameTexts) {
  std::vector<std::string> samples{"",
                                   " ",
                                   " \t\r\n",
                                   " x ",
                                   "order-4711",
                                   "two words",
                                   "\x7f",
                                   "\x1f",
                                   "ä",
                                   "a\tb",
                                   "~",
                                   "!",
                                   std::string(255, 'k'),
                                   std::string(256, 'k'),
                                   std::string("a\0b", 3),
                                   "\v",
                                   "\f"};
  for (int c = 1; c < 256; ++c) samples.push_back(std::string(1, static_cast<char>(c)));
  const auto rules = rules_with_a_pattern();
  ASSERT_GE(rules.size(), 2U);
  for (const FieldRule* rule : rules) {
    const std::regex expression{std::string(rule->pattern->expression)};
    int admitted = 0;
    for (const std::string& text : samples) {
      EXPECT_EQ(rule->pattern->admits(text), std::regex_search(text, expression))
          << rule->name << ": " << text;
      admitted += rule->pattern->admits(text);
    }
    EXPECT_GT(admitted, 0) << rule->name;
    EXPECT_LT(admitted, static_cast<int>(samples.size())) << rule->name;
  }
}

}  // namespace
}  // namespace musicfleet::http
