#include "common/fleet_messages.h"

namespace musicfleet {

std::string_view name_of(Stage stage) {
  switch (stage) {
    case Stage::kQueued:
      return "queued";
    case Stage::kConditioning:
      return "conditioning";
    case Stage::kDenoising:
      return "denoising";
    case Stage::kDecoding:
      return "decoding";
    case Stage::kEncoding:
      return "encoding";
    case Stage::kUploading:
      return "uploading";
  }
  return "";
}

}  // namespace musicfleet
