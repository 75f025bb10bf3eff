// The body of a request whose bytes are at hand. Any thread.
#pragma once

#include "coordinator/http/message.h"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace musicfleet::http {

class MemoryBody final : public RequestBody {
 public:
  MemoryBody(std::string_view bytes, bool chunked) : left_(bytes), chunked_(chunked) {}
  std::optional<std::uint64_t> length() const override {
    return chunked_ ? std::nullopt : std::optional<std::uint64_t>(left_.size());
  }
  Awaitable<std::size_t> read_some(std::span<std::byte> into) override {
    const std::size_t n = std::min(into.size(), left_.size());
    std::memcpy(into.data(), left_.data(), n);
    left_.remove_prefix(n);
    co_return n;
  }

  std::string_view left() const { return left_; }

 private:
  std::string_view left_;
  bool chunked_;
};

}  // namespace musicfleet::http
