// A client's request to the vendor's API on its way there as it came, with the operator's key in place of the
// client's; its body comes from a file and the answer's goes into one. Thread of its HttpThread; the
// constructor on any.
#pragma once

#include "common/http_reply.h"
#include "coordinator/providers/vendor_transfer.h"
#include "coordinator/storage/scratch_file.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

namespace musicfleet::providers {

struct PassedOnOrder {
  std::string method;        // "POST"
  std::string target;        // path and query, percent-encoded: "/v1/music/upload"
  std::string content_type;  // of the body; empty without one
  std::optional<ScratchFile> body;
};

struct PassedOnEnd {
  RequestEnd request;
  std::vector<HttpHeader> headers;    // of the answer, those that say something about it
  std::optional<ScratchFile> answer;  // the body of a 2xx; unset where it is empty
  std::string error_body;             // the body of any other one
};

class PassedOnRequest final : public VendorTransfer {
 public:
  using Ended = std::function<void(PassedOnEnd)>;

  // `ended` is called on the HttpThread's thread. Answers are collected on the disk of `folder`. The target
  // outlives it.
  PassedOnRequest(const RequestTarget& target, const std::string& key, PassedOnOrder order,
                  std::filesystem::path folder, Ended ended);

 private:
  void on_header(std::string_view line) override;
  bool on_good_bytes(std::string_view bytes) override;
  // A good answer that came whole is what was asked for, whatever it is.
  void on_good_end() override { result().exchange.is_song = true; }
  void on_end() override;

  static std::size_t read_callback(char* into, std::size_t size, std::size_t n, void* self);

  const PassedOnOrder order_;
  const std::filesystem::path folder_;
  const Ended ended_;
  std::uint64_t read_ = 0;  // bytes of the body
  PassedOnEnd end_;
};

}  // namespace musicfleet::providers
