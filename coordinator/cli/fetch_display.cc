#include "coordinator/cli/fetch_display.h"

#include "coordinator/cli/fetch_line.h"

namespace musicfleet::cli {
namespace {

constexpr const char* kEraseLine = "\r\033[K";
constexpr std::size_t kLongestLine = 300;

}  // namespace

void FetchDisplay::planned(const FetchPlan& plan) {
  std::uint64_t skipped = 0;
  for (const RepoFile& file : plan.skipped) {
    skipped += file.size;
    console_.err << "  not needed: " << one_line(file.path, kLongestLine) << " (" << bytes_text(file.size)
                 << ")\n";
  }
  console_.err << "commit " << plan.commit << ": " << plan.missing.size() << " files to download, "
               << bytes_text(plan.bytes_missing) << "; " << plan.present.size() << " already there; "
               << plan.skipped.size() << " not needed (" << bytes_text(skipped) << ")" << std::endl;
}

void FetchDisplay::moved(const FetchSnapshot& now) {
  rate_.note(clock_.now(), now.bytes_received);
  if (console_.err_is_terminal) {
    std::string line = fetch_bar(now, rate_, console_.columns - 1);
    if (line != shown_) console_.err << kEraseLine << line << std::flush;
    shown_ = std::move(line);
  } else if (const int tenth = percent_of(now) / 10; tenth > tenth_) {
    console_.err << fetch_text(now, rate_) << std::endl;
    tenth_ = tenth;
  }
}

void FetchDisplay::noted(const std::string& text) {
  clear();
  console_.err << one_line(text, kLongestLine) << std::endl;
}

void FetchDisplay::clear() {
  if (!shown_.empty()) console_.err << kEraseLine << std::flush;
  shown_.clear();
}

}  // namespace musicfleet::cli
