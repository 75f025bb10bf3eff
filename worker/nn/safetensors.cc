#include "worker/nn/safetensors.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <limits>
#include <set>

namespace musicfleet::nn {
namespace {

using nlohmann::json;

struct TypeEntry {
  ElementType type;
  std::string_view name;
  std::size_t bytes;
};

constexpr std::array<TypeEntry, 10> kTypes{{{ElementType::kF64, "F64", 8},
                                            {ElementType::kF32, "F32", 4},
                                            {ElementType::kF16, "F16", 2},
                                            {ElementType::kBf16, "BF16", 2},
                                            {ElementType::kI64, "I64", 8},
                                            {ElementType::kI32, "I32", 4},
                                            {ElementType::kI16, "I16", 2},
                                            {ElementType::kI8, "I8", 1},
                                            {ElementType::kU8, "U8", 1},
                                            {ElementType::kBool, "BOOL", 1}}};

// The reference implementation's own limit: a longer header is an attack or an accident.
constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;
constexpr std::size_t kLengthBytes = 8;

// JSON that repeats a key would let two readers see two different files.
Result<json> parse_json(std::string_view text, std::string_view name, std::string_view what) {
  std::vector<std::set<std::string>> keys;
  std::string repeated;
  const json::parser_callback_t watch = [&](int, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::object_start) keys.emplace_back();
    if (event == json::parse_event_t::object_end) keys.pop_back();
    if (event == json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second)
      repeated = parsed.get<std::string>();
    return true;
  };
  json value = json::parse(text, watch, /*allow_exceptions=*/false);
  if (value.is_discarded()) return fail(ErrorCode::kCorrupt, name, ": ", what, " is not valid JSON");
  if (!repeated.empty())
    return fail(ErrorCode::kCorrupt, name, ": ", what, " has the key '", repeated, "' twice");
  if (!value.is_object()) return fail(ErrorCode::kCorrupt, name, ": ", what, " is not a JSON object");
  return value;
}

Result<std::uint64_t> unsigned_of(const json& value) {
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  return fail(ErrorCode::kCorrupt, "not a non-negative integer");
}

// One entry of the header; `data` is where the tensors' bytes start, `size` how many there are.
Result<TensorEntry> parse_entry(const json& value, std::size_t data, std::size_t size) {
  const auto bad = [](auto&&... parts) { return fail(ErrorCode::kCorrupt, parts...); };
  if (!value.is_object() || !value.contains("dtype") || !value.contains("shape") ||
      !value.contains("data_offsets"))
    return bad("needs dtype, shape and data_offsets");
  const json& dtype = value["dtype"];
  const json& shape = value["shape"];
  const json& offsets = value["data_offsets"];
  if (!dtype.is_string() || !shape.is_array() || !offsets.is_array() || offsets.size() != 2)
    return bad("dtype, shape or data_offsets is of the wrong JSON type");

  TensorEntry entry;
  const std::string type_name = dtype.get<std::string>();
  const auto type =
      std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeEntry& t) { return t.name == type_name; });
  if (type == kTypes.end()) return bad("unknown dtype '", type_name.substr(0, 16), "'");
  entry.type = type->type;

  std::uint64_t bytes = type->bytes;
  for (const json& dimension : shape) {
    const std::uint64_t n = MF_TRY(unsigned_of(dimension));
    if (n > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) ||
        (n != 0 && bytes > size / n && bytes != 0))
      return bad("its shape holds more bytes than the file");
    bytes *= n;
    entry.shape.push_back(static_cast<std::int64_t>(n));
  }
  const std::uint64_t begin = MF_TRY(unsigned_of(offsets[0]));
  const std::uint64_t end = MF_TRY(unsigned_of(offsets[1]));
  if (begin > end || end > size)
    return bad("its data_offsets [", begin, ", ", end, ") lie outside the file's ", size, " data bytes");
  if (end - begin != bytes)
    return bad("its data_offsets hold ", end - begin, " bytes, its shape and dtype ", bytes);
  entry.begin = data + begin;
  entry.end = data + end;
  return entry;
}

Result<> check_layout(const TensorEntries& entries, std::size_t data, std::size_t file_size,
                      std::string_view name) {
  std::vector<std::pair<const TensorEntry*, std::string_view>> ordered;
  for (const auto& [tensor, entry] : entries) ordered.emplace_back(&entry, tensor);
  std::sort(ordered.begin(), ordered.end(), [](const auto& a, const auto& b) {
    return std::pair(a.first->begin, a.first->end) < std::pair(b.first->begin, b.first->end);
  });
  std::size_t at = data;
  for (const auto& [entry, tensor] : ordered) {
    if (entry->begin != at)
      return fail(ErrorCode::kCorrupt, name, ": tensor '", tensor, "' starts at byte ", entry->begin,
                  ", not at ", at, " where the one before it ends");
    at = entry->end;
  }
  if (at != file_size)
    return fail(ErrorCode::kCorrupt, name, ": the tensors end at byte ", at, " of ", file_size);
  return {};
}

Result<std::string> read_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in) return fail(ErrorCode::kUnavailable, path.string(), ": cannot be read");
  return text;
}

Result<std::vector<SafetensorsFile>> open_shards(const std::filesystem::path& index_path) {
  const std::string name = index_path.string();
  const json index = MF_TRY(parse_json(MF_TRY(read_text(index_path)), name, "the index"));
  if (!index.contains("weight_map") || !index["weight_map"].is_object())
    return fail(ErrorCode::kCorrupt, name, ": has no weight_map");
  std::map<std::string, std::size_t> shard_of_file;
  std::vector<SafetensorsFile> shards;
  for (const auto& [tensor, file] : index["weight_map"].items()) {
    const std::string file_name = file.is_string() ? file.get<std::string>() : "";
    if (file_name.empty() || std::filesystem::path(file_name).filename() != file_name)
      return fail(ErrorCode::kCorrupt, name, ": tensor '", tensor, "' is mapped to '", file_name,
                  "', which is not a file name");
    auto [place, is_new] = shard_of_file.try_emplace(file_name, shards.size());
    if (is_new) {
      auto shard = SafetensorsFile::open(index_path.parent_path() / file_name);
      if (!shard && shard.error().code == ErrorCode::kNotFound)
        return fail(ErrorCode::kNotFound, name, ": the shard ", file_name, " that it lists is missing");
      shards.push_back(MF_TRY(std::move(shard)));
    }
    if (!shards[place->second].entries.contains(tensor))
      return fail(ErrorCode::kCorrupt, name, ": tensor '", tensor, "' is not in ", file_name,
                  " where the index puts it");
  }
  if (shards.empty()) return fail(ErrorCode::kCorrupt, name, ": its weight_map is empty");
  return shards;
}

}  // namespace

std::string_view name_of(ElementType type) {
  return std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeEntry& t) { return t.type == type; })->name;
}

std::size_t size_of(ElementType type) {
  return std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeEntry& t) { return t.type == type; })
      ->bytes;
}

Result<TensorEntries> parse_safetensors(std::span<const std::byte> file, std::string_view name) {
  if (file.size() < kLengthBytes)
    return fail(ErrorCode::kCorrupt, name, ": ", file.size(), " bytes is too short for a safetensors file");
  std::uint64_t header_bytes = 0;
  std::memcpy(&header_bytes, file.data(),
              kLengthBytes);  // little-endian, as is every machine that this runs on
  if (header_bytes > kMaxHeaderBytes || header_bytes > file.size() - kLengthBytes)
    return fail(ErrorCode::kCorrupt, name, ": says its header has ", header_bytes, " bytes, the file has ",
                file.size());
  const std::string_view header(reinterpret_cast<const char*>(file.data()) + kLengthBytes, header_bytes);
  const std::size_t data = kLengthBytes + header_bytes;
  const json parsed = MF_TRY(parse_json(header, name, "the header"));

  TensorEntries entries;
  for (const auto& [tensor, value] : parsed.items()) {
    if (tensor == "__metadata__") continue;
    auto entry = parse_entry(value, data, file.size() - data);
    if (!entry) return fail(ErrorCode::kCorrupt, name, ": tensor '", tensor, "': ", entry.error().message);
    entries.emplace(tensor, *std::move(entry));
  }
  MF_CHECK(check_layout(entries, data, file.size(), name));
  return entries;
}

Result<SafetensorsFile> SafetensorsFile::open(const std::filesystem::path& path) {
  SafetensorsFile result;
  result.file = MF_TRY(MappedFile::open(path));
  result.entries = MF_TRY(parse_safetensors(result.file->bytes(), path.string()));
  return result;
}

Result<std::vector<SafetensorsFile>> open_component(const std::filesystem::path& folder,
                                                    std::string_view stem) {
  const std::filesystem::path single = folder / concat(stem, ".safetensors");
  const std::filesystem::path index = folder / concat(stem, ".safetensors.index.json");
  std::error_code ignored;
  if (!std::filesystem::exists(single, ignored) && std::filesystem::exists(index, ignored))
    return open_shards(index);
  if (!std::filesystem::exists(single, ignored))
    return fail(ErrorCode::kNotFound, folder.string(), ": has neither ", single.filename().string(), " nor ",
                index.filename().string());
  std::vector<SafetensorsFile> files;
  files.push_back(MF_TRY(SafetensorsFile::open(single)));
  return files;
}

}  // namespace musicfleet::nn
