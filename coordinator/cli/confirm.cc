#include "coordinator/cli/confirm.h"

#include <istream>

namespace musicfleet::cli {

Result<> confirm(Console& console, bool yes, const std::string& question) {
  if (yes) return {};
  if (!console.person)
    return fail_field("--yes", "is needed where nobody can be asked: ", question, " Nothing was changed");
  console.err << question << " [y/N] " << std::flush;
  std::string answer;
  std::getline(*console.person, answer);
  if (answer == "y" || answer == "yes") return {};
  return fail(ErrorCode::kCancelled, "nothing was changed");
}

}  // namespace musicfleet::cli
