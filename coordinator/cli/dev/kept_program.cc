#include "coordinator/cli/dev/kept_program.h"

#include "common/random.h"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace musicfleet::cli {
namespace {

constexpr std::uintmax_t kMostOfLog = 2000;  // bytes that are quoted

// The end of the file, at most from `begin` on.
std::string log_end(const std::filesystem::path& path, std::uintmax_t begin) {
  std::error_code failed;
  const std::uintmax_t size = std::filesystem::file_size(path, failed);
  if (failed) return {};
  begin = std::max(begin, size > kMostOfLog ? size - kMostOfLog : 0);
  std::ifstream file(path, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(begin));
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

KeptProgram::KeptProgram(std::string name, Command command, std::filesystem::path log, Backoff backoff)
    : name_(std::move(name)), command_(std::move(command)), log_(std::move(log)), backoff_(backoff) {}

Result<> KeptProgram::start(SteadyTime now) {
  std::error_code absent;
  log_begin_ = std::filesystem::file_size(log_, absent);
  if (absent) log_begin_ = 0;
  process_ = MF_TRY(ChildProcess::start(command_, log_));
  started_ = now;
  next_start_.reset();
  return {};
}

bool KeptProgram::is_running() { return process_ && !process_->ended(); }

void KeptProgram::send(int signal) const {
  if (process_) process_->send(signal);
}

void KeptProgram::look_after(SteadyTime now, Console& console) {
  if (is_running()) return;
  if (!next_start_) {
    failures_ = now - started_ > kGoodLife ? 1 : failures_ + 1;
    const auto pause = backoff_.delay(failures_, random_u64());
    next_start_ = now + pause;
    console.err << "musicfleet dev: " << obituary().message << "it is started again in " << pause.count()
                << " ms" << std::endl;
  }
  if (now < *next_start_) return;
  const Result<> started = start(now);
  if (started) return;
  console.err << "musicfleet dev: " << started.error().message << std::endl;
  next_start_ = now + backoff_.longest;
}

Error KeptProgram::obituary() {
  const std::string how = process_ ? process_->ended().value_or("nothing yet") : "no start";
  std::string said = log_end(log_, log_begin_);
  if (!said.empty() && said.back() != '\n') said += '\n';
  return Error{ErrorCode::kInternal, concat(name_, " ended with ", how, "; its log ", log_.string(),
                                            said.empty() ? " is empty\n" : " says:\n", said)};
}

}  // namespace musicfleet::cli
