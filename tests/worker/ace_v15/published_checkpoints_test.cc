// The published checkpoints' names and shapes bind without a missing or unused tensor: meta tensors stand for
// the weights.

#include "tests/bench/published_shapes.h"
#include "worker/ace_v15/checkpoint.h"

#include <ATen/ops/empty.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

namespace musicfleet::ace_v15 {
namespace {

nn::WeightStore meta_store(const TensorShapes& shapes, const std::string& prefix = "") {
  std::map<std::string, at::Tensor, std::less<>> tensors;
  for (const auto& [name, shape] : shapes)
    tensors.emplace(prefix + name,
                    at::empty(shape, at::TensorOptions().device(at::kMeta).dtype(at::kBFloat16)));
  return nn::WeightStore("published", std::move(tensors), at::kCPU, at::kBFloat16);
}

std::string verdict(const Result<>& finished) { return finished ? "fits" : finished.error().message; }

TEST(PublishedCheckpoints, The2bTransformerBinds) {
  const TensorShapes shapes = transformer_shapes(2048, 6144, 24, 16);
  EXPECT_EQ(shapes.size(), 476u);
  EXPECT_EQ(parameters_of(shapes), 1'575'458'880);
  nn::WeightStore store = meta_store(shapes);
  const Transformer transformer(store.root(), published_2b_transformer());
  EXPECT_EQ(verdict(store.finish()), "fits");
}

TEST(PublishedCheckpoints, TheXlTransformerBindsAlthoughItsAttentionIsWiderThanItsHidden) {
  const TensorShapes shapes = transformer_shapes(2560, 9728, 32, 32);
  EXPECT_EQ(shapes.size(), 628u);
  EXPECT_EQ(parameters_of(shapes), 4'168'897'088);
  nn::WeightStore store = meta_store(shapes);
  const Transformer transformer(store.root(), published_xl_transformer());
  EXPECT_EQ(verdict(store.finish()), "fits");
}

TEST(PublishedCheckpoints, TheConditionEncoderBinds) {
  const TensorShapes shapes = condition_encoder_shapes();
  EXPECT_EQ(shapes.size(), 142u);
  EXPECT_EQ(parameters_of(shapes), 609'329'664);
  nn::WeightStore store = meta_store(shapes);
  const ConditionEncoder encoder(store.root(), published_condition_encoder());
  EXPECT_EQ(verdict(store.finish({"timbre_encoder.special_token"})), "fits");
}

TEST(PublishedCheckpoints, TheTextEncoderBindsWithAndWithoutTheCausalLmPrefix) {
  const TensorShapes shapes = text_encoder_shapes();
  EXPECT_EQ(shapes.size(), 310u);
  EXPECT_EQ(parameters_of(shapes), 595'776'512);
  nn::WeightStore plain = meta_store(shapes), prefixed = meta_store(shapes, "model.");
  const TextEncoder first(plain.root(), published_text_encoder()),
      second(prefixed.root("model."), published_text_encoder());
  EXPECT_EQ(verdict(plain.finish()), "fits");
  EXPECT_EQ(verdict(prefixed.finish()), "fits");
}

TEST(PublishedCheckpoints, TheVaeDecoderBinds) {
  const TensorShapes shapes = vae_shapes();
  EXPECT_EQ(shapes.size(), 365u);
  EXPECT_EQ(parameters_of(shapes), 168'695'426);
  nn::WeightStore store = meta_store(shapes);
  const VaeDecoder decoder(store.root().scope("decoder"), published_vae());
  EXPECT_EQ(verdict(store.finish({"encoder."})), "fits");
}

TEST(PublishedCheckpoints, AMisspeltLayerDoesNotPass) {
  TensorShapes shapes = transformer_shapes(2048, 6144, 24, 16);
  auto node = shapes.extract("layers.7.mlp.up_proj.weight");
  node.key() = "layers.7.mlp.upproj.weight";
  shapes.insert(std::move(node));
  nn::WeightStore store = meta_store(shapes);
  const Transformer transformer(store.root(), published_2b_transformer());
  const std::string message = verdict(store.finish());
  EXPECT_NE(message.find("no tensor layers.7.mlp.up_proj.weight"), std::string::npos) << message;
  EXPECT_NE(message.find("nothing uses the tensor layers.7.mlp.upproj.weight"), std::string::npos) << message;
}

}  // namespace
}  // namespace musicfleet::ace_v15
