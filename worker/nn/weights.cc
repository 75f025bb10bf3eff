#include "worker/nn/weights.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <cstdint>

namespace musicfleet::nn {
namespace {

at::ScalarType scalar_type_of(ElementType type) {
  switch (type) {
    case ElementType::kF64:
      return at::kDouble;
    case ElementType::kF32:
      return at::kFloat;
    case ElementType::kF16:
      return at::kHalf;
    case ElementType::kBf16:
      return at::kBFloat16;
    case ElementType::kI64:
      return at::kLong;
    case ElementType::kI32:
      return at::kInt;
    case ElementType::kI16:
      return at::kShort;
    case ElementType::kI8:
      return at::kChar;
    case ElementType::kU8:
      return at::kByte;
    case ElementType::kBool:
      return at::kBool;
  }
  return at::kFloat;
}

std::string text_of(at::IntArrayRef shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) text += concat(i ? ", " : "", shape[i]);
  return text + "]";
}

// The first few of a list that may be long.
std::string some_of(const std::vector<std::string>& list) {
  constexpr std::size_t kShown = 6;
  std::string text;
  for (std::size_t i = 0; i < list.size() && i < kShown; ++i) text += (i ? "; " : "") + list[i];
  if (list.size() > kShown) text += concat("; and ", list.size() - kShown, " more");
  return text;
}

at::Tensor shape_of(const TensorEntry& entry) {
  return at::empty(entry.shape, at::TensorOptions().device(at::kMeta).dtype(scalar_type_of(entry.type)));
}

}  // namespace

at::Tensor tensor_of(const SafetensorsFile& file, const TensorEntry& entry) {
  const std::span<const std::byte> bytes = file.bytes(entry);
  const at::TensorOptions options = at::TensorOptions().dtype(scalar_type_of(entry.type));
  void* data = const_cast<std::byte*>(bytes.data());  // read-only by contract: weights are never written
  at::Tensor view = at::from_blob(
      data, entry.shape, [keep = file.file](void*) {}, options);
  // A header that is not padded to eight bytes leaves tensors at addresses that kernels may not read as
  // numbers.
  const bool aligned =
      reinterpret_cast<std::uintptr_t>(data) % std::max<std::size_t>(size_of(entry.type), 1) == 0;
  if (aligned) return view;
  at::Tensor copy = at::empty(entry.shape, options);
  std::copy(bytes.begin(), bytes.end(), static_cast<std::byte*>(copy.mutable_data_ptr()));
  return copy;
}

Weights Weights::scope(std::string_view name) const { return Weights(*store_, concat(prefix_, name, ".")); }
Weights Weights::scope(std::int64_t index) const { return Weights(*store_, concat(prefix_, index, ".")); }

at::Tensor Weights::tensor(std::string_view name, at::IntArrayRef shape) const {
  return store_->take(prefix_ + std::string(name), shape, store_->type_);
}

at::Tensor Weights::tensor_f32(std::string_view name, at::IntArrayRef shape) const {
  return store_->take(prefix_ + std::string(name), shape, at::kFloat);
}

at::Tensor Weights::to_store(const at::Tensor& tensor) const {
  return tensor.to(store_->device_, store_->type_);
}

bool Weights::has(std::string_view name) const { return store_->has(prefix_ + std::string(name)); }

std::vector<std::int64_t> Weights::shape_of(std::string_view name) const {
  const std::string full = prefix_ + std::string(name);
  if (const auto found = store_->tensors_.find(full); found != store_->tensors_.end())
    return found->second.sizes().vec();
  store_->faults_.push_back(concat("no tensor ", full));
  return {};
}

Result<std::unique_ptr<WeightStore>> WeightStore::open(const std::filesystem::path& folder,
                                                       std::string_view stem, at::Device device,
                                                       at::ScalarType type) {
  std::map<std::string, at::Tensor, std::less<>> tensors;
  for (const SafetensorsFile& file : MF_TRY(open_component(folder, stem)))
    for (const auto& [name, entry] : file.entries)
      if (!tensors.emplace(name, device.is_meta() ? shape_of(entry) : tensor_of(file, entry)).second)
        return fail(ErrorCode::kCorrupt, folder.string(), ": tensor '", name, "' is in two shards");
  return std::make_unique<WeightStore>(folder.string(), std::move(tensors), device, type);
}

WeightStore::WeightStore(std::string name, std::map<std::string, at::Tensor, std::less<>> tensors,
                         at::Device device, at::ScalarType type)
    : name_(std::move(name)), tensors_(std::move(tensors)), device_(device), type_(type) {}

at::Tensor WeightStore::take(const std::string& name, at::IntArrayRef shape, at::ScalarType type) {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) {
    faults_.push_back(concat("no tensor ", name, " ", text_of(shape)));
  } else {
    const bool first = used_.insert(name).second;
    const at::Tensor tensor = found->second;
    if (!first) {
      faults_.push_back(concat("two layers ask for ", name));
    } else if (!tensor.is_floating_point()) {
      faults_.push_back(
          concat(name, " holds ", c10::toString(tensor.scalar_type()), ", not floating-point numbers"));
    } else if (tensor.sizes() != shape) {
      faults_.push_back(
          concat(name, " is ", text_of(tensor.sizes()), ", the configuration makes it ", text_of(shape)));
    } else {
      // Whoever asked owns it now: a layer that keeps it in another form leaves no second copy behind.
      found->second = at::empty(shape, tensor.options().device(at::kMeta));
      return tensor.is_meta() ? tensor : tensor.to(device_, type);
    }
  }
  return at::empty(shape, at::TensorOptions().device(at::kMeta).dtype(type));
}

std::vector<std::string> WeightStore::faults(const std::vector<std::string_view>& allowed_unused) const {
  std::vector<std::string> all = faults_;
  for (const auto& [name, tensor] : tensors_) {
    const bool allowed = std::any_of(
        allowed_unused.begin(), allowed_unused.end(),
        [&, &tensor_name = name](std::string_view prefix) { return tensor_name.starts_with(prefix); });
    if (!allowed && !used_.contains(name)) all.push_back(concat("nothing uses the tensor ", name));
  }
  return all;
}

Result<> WeightStore::finish(const std::vector<std::string_view>& allowed_unused) const {
  const std::vector<std::string> all = faults(allowed_unused);
  if (all.empty()) return {};
  return fail(ErrorCode::kCorrupt, name_, ": the weights do not fit the configuration: ", some_of(all));
}

std::int64_t WeightStore::used_elements() const {
  std::int64_t sum = 0;
  for (const std::string& name : used_) sum += tensors_.find(name)->second.numel();
  return sum;
}

}  // namespace musicfleet::nn
