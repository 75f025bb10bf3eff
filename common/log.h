// One line an event, in logfmt: time, level, component, msg, then key=value fields, values quoted where they
// need it, so that neither a newline nor a quote in a value can forge a line. Prompts, lyrics and keys never
// go in. The library behind it stays in log.cc. Any thread.
#pragma once

#include "common/result.h"

#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace spdlog {
class logger;
namespace sinks {
class sink;
}
}  // namespace spdlog

namespace musicfleet {

enum class LogLevel { kDebug, kInfo, kWarn, kError };

// "debug", "info", "warn", "error": as a configuration file spells it.
std::optional<LogLevel> log_level_of(std::string_view name);

// One key=value of a line; the value is anything printable.
struct LogField {
  template <class T>
  LogField(std::string_view field_key, const T& field_value) : key(field_key), value(text_of(field_value)) {}

  std::string_view key;
  std::string value;

 private:
  // As concat() gives it, without a stream where none is needed.
  template <class T>
  static std::string text_of(const T& value) {
    if constexpr (std::is_convertible_v<const T&, std::string_view>)
      return std::string(std::string_view(value));
    else if constexpr (std::is_integral_v<T> && sizeof(T) > 1)
      return std::to_string(value);
    else
      return concat(value);
  }
};

// Where lines go: standard error, or a stream that outlives it.
class LogOutput {
 public:
  explicit LogOutput(LogLevel least);
  LogOutput(LogLevel least, std::ostream& stream);
  ~LogOutput();

 private:
  friend class Log;
  LogLevel least_;
  std::shared_ptr<spdlog::sinks::sink> sink_;
};

// One component's voice; a handle, cheap to copy. Keeps what it needs of the output alive.
class Log {
 public:
  // `component` is one short word: "fleet", "store".
  Log(const LogOutput& output, std::string component);

  void debug(std::string_view message, std::initializer_list<LogField> fields = {}) const;
  void info(std::string_view message, std::initializer_list<LogField> fields = {}) const;
  void warn(std::string_view message, std::initializer_list<LogField> fields = {}) const;
  void error(std::string_view message, std::initializer_list<LogField> fields = {}) const;

 private:
  void write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) const;

  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace musicfleet
