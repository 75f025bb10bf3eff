#include "coordinator/cli/dev/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace musicfleet::cli {
namespace {

Failure cannot_start(const Command& command) {
  return fail(ErrorCode::kInternal, "cannot start ", command.program.string(), ": ", std::strerror(errno));
}

// In the child, between fork and exec, where only async-signal-safe calls are allowed.
[[noreturn]] void become(char* const* arguments, int output, int errors, pid_t parent) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // it died before the line above
  struct sigaction by_default {};
  by_default.sa_handler = SIG_DFL;
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) ::sigaction(number, &by_default, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const int input = ::open("/dev/null", O_RDONLY);
  ::dup2(input, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(errors, STDERR_FILENO);
  ::execv(arguments[0], arguments);
  static constexpr char kMessage[] = "cannot be executed\n";
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, kMessage, sizeof kMessage - 1);
  ::_exit(127);
}

std::string end_of(int status) {
  if (!WIFSIGNALED(status)) return concat("status ", WEXITSTATUS(status));
  return concat("signal ", WTERMSIG(status), " (", ::strsignal(WTERMSIG(status)), ')');
}

// What a program writes on its way to us.
class Pipe {
 public:
  static Result<Pipe> open(const Command& command) {
    std::array<int, 2> ends;
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return cannot_start(command);
    return Pipe(ends);
  }
  Pipe(Pipe&& other) noexcept : ends_(std::exchange(other.ends_, {-1, -1})) {}
  Pipe& operator=(Pipe&&) = delete;
  ~Pipe() {
    for (const int end : ends_)
      if (end >= 0) ::close(end);
  }

  int writing_end() const { return ends_[1]; }
  // Once the child has its own writing end.
  std::string read_to_end() {
    ::close(std::exchange(ends_[1], -1));
    std::string text;
    std::array<char, 4096> piece;
    for (ssize_t n; (n = ::read(ends_[0], piece.data(), piece.size())) > 0;)
      text.append(piece.data(), static_cast<std::size_t>(n));
    return text;
  }

 private:
  explicit Pipe(std::array<int, 2> ends) : ends_(ends) {}

  std::array<int, 2> ends_;
};

}  // namespace

Result<ChildProcess> ChildProcess::start(const Command& command, int output, int errors) {
  std::vector<std::string> texts{command.program.string()};
  texts.insert(texts.end(), command.arguments.begin(), command.arguments.end());
  std::vector<char*> arguments;
  arguments.reserve(texts.size() + 1);
  for (std::string& text : texts) arguments.push_back(text.data());
  arguments.push_back(nullptr);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return cannot_start(command);
  if (child == 0) become(arguments.data(), output, errors, parent);
  return ChildProcess(child);
}

Result<ChildProcess> ChildProcess::start(const Command& command, const std::filesystem::path& log) {
  const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (output < 0)
    return fail(ErrorCode::kInternal, "cannot write ", log.string(), ": ", std::strerror(errno));
  Result<ChildProcess> child = start(command, output, output);
  ::close(output);
  return child;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), end_(std::move(other.end_)) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(end_, other.end_);
  return *this;
}

ChildProcess::~ChildProcess() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void ChildProcess::send(int signal) const {
  if (pid_ > 0) ::kill(pid_, signal);
}

std::optional<std::string> ChildProcess::ended() {
  int status = 0;
  if (pid_ > 0 && ::waitpid(pid_, &status, WNOHANG) == pid_) {
    pid_ = -1;
    end_ = end_of(status);
  }
  return end_;
}

int ChildProcess::wait() {
  int status = 0;
  ::waitpid(std::exchange(pid_, -1), &status, 0);
  return status;
}

Result<std::string> run_program(const Command& command) {
  Pipe pipe = MF_TRY(Pipe::open(command));
  ChildProcess child = MF_TRY(ChildProcess::start(command, pipe.writing_end(), pipe.writing_end()));
  const std::string text = pipe.read_to_end();
  const int status = child.wait();
  if (status == 0) return text;
  return fail(ErrorCode::kInternal, command.program.filename().string(), ' ',
              command.arguments.empty() ? "" : command.arguments.front(), " ended with ", end_of(status),
              ": ", text);
}

Result<ProgramEnd> run_and_read(const Command& command) {
  Pipe pipe = MF_TRY(Pipe::open(command));
  ChildProcess child = MF_TRY(ChildProcess::start(command, pipe.writing_end(), STDERR_FILENO));
  std::string text = pipe.read_to_end();
  const int status = child.wait();
  if (WIFEXITED(status)) return ProgramEnd{.status = WEXITSTATUS(status), .output = std::move(text)};
  return fail(ErrorCode::kInternal, command.program.filename().string(), " ended with ", end_of(status));
}

Result<ProgramEnd> run_and_read_all(const Command& command) {
  Pipe pipe = MF_TRY(Pipe::open(command));
  ChildProcess child = MF_TRY(ChildProcess::start(command, pipe.writing_end(), pipe.writing_end()));
  std::string text = pipe.read_to_end();
  const int status = child.wait();
  if (WIFEXITED(status)) return ProgramEnd{.status = WEXITSTATUS(status), .output = std::move(text)};
  return fail(ErrorCode::kInternal, command.program.filename().string(), " ended with ", end_of(status));
}

}  // namespace musicfleet::cli
