// Any bytes as a safetensors file: the reader refuses them or gives entries that lie inside the file.

#include "worker/nn/safetensors.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> file = std::as_bytes(std::span(data, size));
  const auto parsed = musicfleet::nn::parse_safetensors(file, "fuzz");
  if (!parsed) {
    if (parsed.error().message.rfind("fuzz: ", 0) != 0) std::abort();
    return 0;
  }
  std::size_t bytes = 0;
  for (const auto& [name, entry] : *parsed) {
    if (entry.begin > entry.end || entry.end > size) std::abort();
    std::size_t wanted = musicfleet::nn::size_of(entry.type);
    for (const std::int64_t n : entry.shape) wanted *= static_cast<std::size_t>(n);
    if (wanted != entry.end - entry.begin) std::abort();
    bytes += wanted;
  }
  if (bytes > size) std::abort();
  return 0;
}
