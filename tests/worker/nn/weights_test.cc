#include "worker/nn/weights.h"

#include "tests/support/temporary_folder.h"
#include "worker/nn/convolution.h"
#include "worker/nn/safetensors_writer.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/ones.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace musicfleet::nn {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

WeightStore store_of(std::map<std::string, at::Tensor, std::less<>> tensors,
                     at::ScalarType type = at::kFloat) {
  return WeightStore("unit", std::move(tensors), at::kCPU, type);
}

TEST(Weights, ScopesSpellTheCheckpointsNames) {
  WeightStore store = store_of({{"layers.3.mlp.weight", at::ones({2, 3})}});
  const at::Tensor found = store.root().scope("layers").scope(3).scope("mlp").tensor("weight", {2, 3});
  EXPECT_TRUE(at::equal(found, at::ones({2, 3})));
  EXPECT_TRUE(store.finish());
}

TEST(Weights, ReportsEveryMissingMisshapenAndUnusedTensorAtOnce) {
  WeightStore store =
      store_of({{"a", at::ones({2})}, {"stray", at::ones({1})}, {"ids", at::ones({1}, at::kLong)}});
  const Weights root = store.root();
  EXPECT_TRUE(root.tensor("absent", {4}).is_meta());
  root.tensor("a", {3});
  root.tensor("ids", {1});
  const Result<> finished = store.finish();
  ASSERT_FALSE(finished);
  EXPECT_THAT(finished.error().message,
              AllOf(HasSubstr("unit"), HasSubstr("no tensor absent [4]"),
                    HasSubstr("a is [2], the configuration makes it [3]"),
                    HasSubstr("nothing uses the tensor stray"), HasSubstr("ids holds Long")));
}

TEST(Weights, AllowsUnusedTensorsOfTheList) {
  WeightStore store = store_of({{"encoder.x", at::ones({1})}, {"encoder_y", at::ones({1})}});
  EXPECT_FALSE(store.finish({"encoder."}));
  EXPECT_TRUE(store.finish({"encoder."}).error().message.find("encoder.x") == std::string::npos);
}

TEST(Weights, CastsToThePrecisionOfTheStore) {
  WeightStore store =
      store_of({{"w", at::ones({2}, at::kHalf)}, {"v", at::ones({2}, at::kHalf)}}, at::kBFloat16);
  EXPECT_EQ(store.root().tensor("w", {2}).scalar_type(), at::kBFloat16);
  EXPECT_EQ(store.root().tensor_f32("v", {2}).scalar_type(), at::kFloat);
}

TEST(Weights, GivesATensorAwayOnce) {
  WeightStore store = store_of({{"w", at::ones({2})}});
  EXPECT_FALSE(store.root().tensor("w", {2}).is_meta());
  EXPECT_TRUE(store.root().has("w"));
  EXPECT_TRUE(store.finish());
  EXPECT_TRUE(store.root().tensor("w", {2}).is_meta());
  const Result<> finished = store.finish();
  ASSERT_FALSE(finished);
  EXPECT_THAT(finished.error().message, HasSubstr("two layers ask for w"));
}

TEST(Weights, ReadsAnFp32FileWithoutCopying) {
  const musicfleet::testing::TemporaryFolder folder;
  ASSERT_TRUE(write_safetensors(folder / "model.safetensors", {{"w", {{2}, {1.5F, -2.0F}}}}));
  const auto store = WeightStore::open(folder.path(), "model", at::kCPU, at::kFloat);
  ASSERT_TRUE(store) << store.error().message;
  const at::Tensor mapped = (*store)->root().tensor("w", {2});
  EXPECT_FALSE(mapped.storage().resizable());  // as no memory that libtorch allocated is
  EXPECT_EQ(mapped.const_data_ptr<float>()[1], -2.0F);
}

TEST(FoldedWeight, ReadsBothSpellingsOfWeightNormalisation) {
  const at::Tensor g = at::ones({2, 1, 1}) * 3, v = at::ones({2, 2, 2});
  WeightStore older = store_of({{"weight_g", g}, {"weight_v", v}});
  WeightStore newer =
      store_of({{"parametrizations.weight.original0", g}, {"parametrizations.weight.original1", v}});
  const at::Tensor folded = folded_weight(older.root(), {2, 2, 2});
  EXPECT_TRUE(at::equal(folded, folded_weight(newer.root(), {2, 2, 2})));
  EXPECT_FLOAT_EQ(folded.flatten()[0].item().toFloat(), 1.5F);  // 3 · 1 / √4
}

}  // namespace
}  // namespace musicfleet::nn
