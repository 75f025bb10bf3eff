#include "coordinator/vendor_service.h"

#include <array>

namespace musicfleet {
namespace {

constexpr std::array kServices{VendorService::kUpload, VendorService::kStems, VendorService::kVideo,
                               VendorService::kFinetunes};

}  // namespace

std::string_view name_of(VendorService service) {
  switch (service) {
    case VendorService::kUpload:
      return "upload";
    case VendorService::kStems:
      return "stems";
    case VendorService::kVideo:
      return "video";
    case VendorService::kFinetunes:
      return "finetunes";
  }
  return {};
}

std::optional<VendorService> vendor_service_of(std::string_view name) {
  for (const VendorService service : kServices)
    if (name_of(service) == name) return service;
  return std::nullopt;
}

}  // namespace musicfleet
