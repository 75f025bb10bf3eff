// Reader of the safetensors format (https://huggingface.co/docs/safetensors): eight bytes of header length, a
// JSON header, then the tensors' bytes. Knows names, types, shapes and byte ranges; nothing of libtorch.
// Every header that lies about its own file is refused with the file's name and the reason. Pure functions of
// bytes, any thread.
#pragma once

#include "common/result.h"
#include "worker/nn/mapped_file.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace musicfleet::nn {

enum class ElementType { kF64, kF32, kF16, kBf16, kI64, kI32, kI16, kI8, kU8, kBool };

std::string_view name_of(ElementType type);  // as the format spells it: "F32", "BF16", …
std::size_t size_of(ElementType type);       // bytes

struct TensorEntry {
  ElementType type = ElementType::kF32;
  std::vector<std::int64_t> shape;
  std::size_t begin = 0;  // byte range in the file
  std::size_t end = 0;
};

using TensorEntries = std::map<std::string, TensorEntry, std::less<>>;

// `file` is the whole file; `name` is what errors call it. All entries lie inside the file, do not overlap,
// leave no gap, and are exactly as long as shape and type say.
Result<TensorEntries> parse_safetensors(std::span<const std::byte> file, std::string_view name);

// An open file with its index.
struct SafetensorsFile {
  std::shared_ptr<const MappedFile> file;
  TensorEntries entries;

  static Result<SafetensorsFile> open(const std::filesystem::path& path);
  std::span<const std::byte> bytes(const TensorEntry& entry) const {
    return file->bytes().subspan(entry.begin, entry.end - entry.begin);
  }
};

// The files of one component of a checkpoint: `folder`/`stem`.safetensors, or the shards that
// `folder`/`stem`.safetensors.index.json lists. Each tensor of the index must be in the shard that the index
// names.
Result<std::vector<SafetensorsFile>> open_component(const std::filesystem::path& folder,
                                                    std::string_view stem);

}  // namespace musicfleet::nn
