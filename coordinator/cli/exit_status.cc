#include "coordinator/cli/exit_status.h"

namespace musicfleet::cli {

ExitStatus exit_status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return kWrongUse;
    case ErrorCode::kNotFound:
      return kNotFound;
    case ErrorCode::kUnavailable:
    case ErrorCode::kTimeout:
      return kUnavailable;
    default:
      return kFailed;
  }
}

}  // namespace musicfleet::cli
