// What ElevenLabs' music API has that no worker makes: it can only be passed on to the vendor. Pure, any
// thread.
#pragma once

#include <optional>
#include <string_view>

namespace musicfleet {

enum class VendorService { kUpload, kStems, kVideo, kFinetunes };

// "upload", "stems", "video", "finetunes": as the configuration and metrics name them.
std::string_view name_of(VendorService service);
std::optional<VendorService> vendor_service_of(std::string_view name);

}  // namespace musicfleet
