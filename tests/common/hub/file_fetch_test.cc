#include "common/hub/file_fetch.h"

#include <gmock/gmock.h>

namespace musicfleet {
namespace {

HttpReply answer(int status, std::vector<HttpHeader> headers) {
  return {.status = status, .headers = std::move(headers), .body = {}};
}

HttpReply part(const char* range) { return answer(206, {{"Content-Range", range}}); }

TEST(UseOfBody, APartIsAppendedOnlyWhereItFits) {
  EXPECT_EQ(use_of_body(part("bytes 10-99/100"), 10, 100), BodyUse::kAppend);
  for (const char* range :
       {"", "bytes 0-99/100", "bytes 11-99/100", "bytes 10-98/100", "bytes 10-99/101", "bytes 10-99/*"})
    EXPECT_FALSE(use_of_body(part(range), 10, 100)) << range;
  EXPECT_FALSE(use_of_body(part("bytes 0-99/100"), 0, 100)) << "nobody asked for a part";
}

TEST(UseOfBody, AWholeFileStartsOverUnlessItsLengthIsWrong) {
  EXPECT_EQ(use_of_body(answer(200, {{"Content-Length", "100"}}), 10, 100), BodyUse::kStartOver);
  EXPECT_EQ(use_of_body(answer(200, {}), 0, 100), BodyUse::kStartOver);
  EXPECT_FALSE(use_of_body(answer(200, {{"Content-Length", "99"}}), 0, 100));
  EXPECT_FALSE(use_of_body(answer(204, {}), 0, 100));
}

TEST(CheckLinked, TheHubMayNotLinkToAnotherContentThanItLists) {
  RepoFile file{.path = "vae/model.safetensors", .size = 100, .git_oid = {}, .sha256 = std::string(64, 'a')};
  const auto linked = [&](const char* name, const std::string& value) {
    return check_linked(answer(302, {{name, value}}), file).has_value();
  };
  EXPECT_TRUE(check_linked(answer(302, {}), file));
  EXPECT_TRUE(linked("X-Linked-Size", "100"));
  EXPECT_FALSE(linked("X-Linked-Size", "101"));
  EXPECT_TRUE(linked("X-Linked-Etag", "\"" + file.sha256 + "\""));
  EXPECT_FALSE(linked("X-Linked-Etag", "\"" + std::string(64, 'b') + "\""));
  EXPECT_TRUE(linked("X-Linked-Etag", "\"some-other-tag\"")) << "a tag that is no SHA-256 says nothing";
}

}  // namespace
}  // namespace musicfleet
