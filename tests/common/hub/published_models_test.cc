#include "common/hub/published_models.h"

#include "common/hub/repo_names.h"

#include <gmock/gmock.h>

#include <set>

namespace musicfleet {
namespace {

using ::testing::HasSubstr;

TEST(PublishedModels, EachHasItsOwnNameAndEachRepositoryIsOne) {
  std::set<std::string_view> names, repositories;
  for (const PublishedModel& model : published_models()) {
    EXPECT_TRUE(names.insert(model.name).second) << model.name;
    if (model.repository.empty()) continue;
    EXPECT_TRUE(repositories.insert(model.repository).second) << model.repository;
    EXPECT_TRUE(check_repository(model.repository)) << model.repository;
  }
}

TEST(PublishedModels, AShortNameMeansItsRepositoryAndARepositoryItself) {
  EXPECT_EQ(*repository_of("xl-turbo"), "ACE-Step/acestep-v15-xl-turbo-diffusers");
  EXPECT_EQ(*repository_of("me/my-model"), "me/my-model");
}

TEST(PublishedModels, AnUnknownNameIsAnsweredWithTheKnownOnes) {
  const auto unknown = repository_of("huge");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::kInvalidArgument);
  for (const PublishedModel& model : published_models())
    EXPECT_THAT(unknown.error().message, HasSubstr(std::string(model.name)));
}

TEST(PublishedModels, AModelThatNobodyPublishesInThisLayoutSaysSo) {
  const auto sft = repository_of("sft");
  ASSERT_FALSE(sft);
  EXPECT_THAT(sft.error().message, HasSubstr("another layout"));
}

}  // namespace
}  // namespace musicfleet
