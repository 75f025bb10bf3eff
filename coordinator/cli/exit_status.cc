#include "coordinator/cli/exit_status.h"

namespace musicfleet::cli {
namespace {

constexpr ExitMeaning kMeanings[] = {
    {kOk, "done"},
    {kFailed,
     "it was tried and did not work: the job failed or was cancelled, a file was damaged, a disk was full"},
    {kWrongUse, "wrong use: the command line, a file that it names, or a field of the request"},
    {kNotFound, "no such job, key, worker or tenant; no such repository"},
    {kUnavailable,
     "the coordinator or the hub cannot be reached, or cannot serve at the moment: trying again may help"},
    {kRefused,
     "understood and refused: the key is wrong or may not do it, it contradicts what is stored, a limit is "
     "reached"}};

}  // namespace

std::span<const ExitMeaning> exit_meanings() { return kMeanings; }

ExitStatus exit_status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return kWrongUse;
    case ErrorCode::kNotFound:
      return kNotFound;
    case ErrorCode::kUnavailable:
    case ErrorCode::kTimeout:
      return kUnavailable;
    case ErrorCode::kUnauthenticated:
    case ErrorCode::kForbidden:
    case ErrorCode::kConflict:
    case ErrorCode::kQuota:
      return kRefused;
    default:
      return kFailed;
  }
}

}  // namespace musicfleet::cli
