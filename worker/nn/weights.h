// The tensors of one component of a checkpoint, bound to layers by the checkpoint's own names. A layer's
// constructor takes a Weights view and asks for each tensor with the shape that the configuration implies;
// what is missing or shaped otherwise is collected and reported all at once by WeightStore::finish(),
// together with tensors that nothing asked for. A tensor is given away once: a layer that keeps it in another
// form leaves no second copy behind. Used by one thread while a model is built; the tensors are
// immutable afterwards.
#pragma once

#include "common/result.h"
#include "worker/nn/safetensors.h"

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace musicfleet::nn {

class WeightStore;

// A cheap view: a store and a prefix.
class Weights {
 public:
  // "layers" then 3 names "layers.3."
  Weights scope(std::string_view name) const;
  Weights scope(std::int64_t index) const;

  // The tensor `prefix + name` with exactly this shape, on the store's device and in its type. A missing or
  // differently shaped one is noted for finish(); a meta tensor of the wanted shape stands in for it.
  at::Tensor tensor(std::string_view name, at::IntArrayRef shape) const;
  // The same in fp32, for what is computed from weights at load.
  at::Tensor tensor_f32(std::string_view name, at::IntArrayRef shape) const;
  // Whether the checkpoint holds `prefix + name`.
  bool has(std::string_view name) const;
  // Of a tensor in the checkpoint, for widths that no configuration names; empty and noted when missing.
  std::vector<std::int64_t> shape_of(std::string_view name) const;
  // Casts what was computed from fp32 tensors to the store's type.
  at::Tensor to_store(const at::Tensor& tensor) const;

 private:
  friend class WeightStore;
  Weights(WeightStore& store, std::string prefix) : store_(&store), prefix_(std::move(prefix)) {}

  WeightStore* store_;
  std::string prefix_;
};

class WeightStore {
 public:
  // Maps `folder`/`stem`.safetensors or its shards. Floating-point tensors are given out as `type` on
  // `device`; an fp32 tensor used in fp32 on the CPU is a view of the file. On the meta device nothing but
  // the headers is read: what is built then shows whether the names and shapes fit, and cannot compute.
  static Result<std::unique_ptr<WeightStore>> open(const std::filesystem::path& folder, std::string_view stem,
                                                   at::Device device, at::ScalarType type);
  // Of given tensors, e.g. meta tensors: `name` is what errors call the component.
  WeightStore(std::string name, std::map<std::string, at::Tensor, std::less<>> tensors, at::Device device,
              at::ScalarType type);

  // `prefix` is in front of every name, e.g. "model." of a causal-LM save.
  Weights root(std::string_view prefix = "") { return Weights(*this, std::string(prefix)); }
  bool has(std::string_view name) const { return tensors_.contains(name); }

  // kCorrupt with every missing, misshapen and unused tensor, unless the unused name starts with one of
  // `allowed`.
  Result<> finish(const std::vector<std::string_view>& allowed_unused = {}) const;
  // The same as a list of sentences, all of them; empty where everything fits.
  std::vector<std::string> faults(const std::vector<std::string_view>& allowed_unused = {}) const;
  // Numbers in the tensors that were asked for.
  std::int64_t used_elements() const;

 private:
  friend class Weights;
  at::Tensor take(const std::string& name, at::IntArrayRef shape, at::ScalarType type);

  std::string name_;
  std::map<std::string, at::Tensor, std::less<>> tensors_;
  at::Device device_;
  at::ScalarType type_;
  std::set<std::string, std::less<>> used_;
  std::vector<std::string> faults_;
};

// A tensor that reads the file's mapped pages and keeps them mapped as long as it lives.
at::Tensor tensor_of(const SafetensorsFile& file, const TensorEntry& entry);

}  // namespace musicfleet::nn
