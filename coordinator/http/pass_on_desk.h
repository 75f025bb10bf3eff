// Whoever passes a client's request on to ElevenLabs, for what no worker makes. Loop thread.
#pragma once

#include "common/ids.h"
#include "coordinator/http/message.h"
#include "coordinator/storage/scratch_file.h"
#include "coordinator/vendor_service.h"

#include <filesystem>

namespace musicfleet::http {

struct VendorRequest {
  VendorService service = VendorService::kFinetunes;
  TenantId tenant = {};
  std::string request_id = {};
  std::string method = {};        // "POST"
  std::string target = {};        // path and query, percent-encoded
  std::string content_type = {};  // of the body; empty without one
  std::optional<ScratchFile> body = std::nullopt;
};

struct VendorAnswer {
  int status = 200;
  Fields headers;
  std::optional<ScratchFile> file;  // the body; or, of an error:
  std::string text;
};

// Why a request does not go on.
enum class PassOnRefusal {
  kNotAllowed,  // by the operator, or by the tenant's policy
  kOverBudget,
  kTooMany,  // are under way
  kClosed,   // this process is ending
};

class PassOnDesk {
 public:
  virtual ~PassOnDesk() = default;
  // Asked before the body is read, and again when it is there; unset: it goes on, if pass_on() is awaited at
  // once. `may_cost`: it makes something over there.
  virtual std::optional<PassOnRefusal> refusal(VendorService service, const TenantId& tenant,
                                               bool may_cost) const = 0;
  // Where bodies are collected meanwhile.
  virtual const std::filesystem::path& folder() const = 0;
  // What the vendor said, be it an error. Unset: it may have done what was asked, and its answer is lost.
  // kUnavailable where it certainly has not. Takes its place among those under way before it first suspends.
  virtual Awaitable<std::optional<VendorAnswer>> pass_on(VendorRequest request) = 0;
};

}  // namespace musicfleet::http
