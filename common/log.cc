#include "common/log.h"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <array>
#include <ostream>

namespace musicfleet {
namespace {

struct LevelEntry {
  LogLevel level;
  spdlog::level::level_enum theirs;
  std::string_view name;
};

constexpr std::array<LevelEntry, 4> kLevels{{
    {LogLevel::kDebug, spdlog::level::debug, "debug"},
    {LogLevel::kInfo, spdlog::level::info, "info"},
    {LogLevel::kWarn, spdlog::level::warn, "warn"},
    {LogLevel::kError, spdlog::level::err, "error"},
}};

const LevelEntry& entry_of(LogLevel level) {
  return *std::find_if(kLevels.begin(), kLevels.end(),
                       [&](const LevelEntry& entry) { return entry.level == level; });
}

bool needs_quotes(std::string_view value) {
  return value.empty() || std::any_of(value.begin(), value.end(), [](char c) {
           return static_cast<unsigned char>(c) <= ' ' || c == '"' || c == '=' || c == '\\' || c == '\x7f';
         });
}

void append_value(std::string& line, std::string_view value) {
  if (!needs_quotes(value)) {
    line += value;
    return;
  }
  static constexpr char kHex[] = "0123456789abcdef";
  line += '"';
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      line += "\\n";
    } else if (byte < ' ' || byte == 0x7f) {
      line += "\\x";
      line += kHex[byte >> 4];
      line += kHex[byte & 15];
    } else {
      if (c == '"' || c == '\\') line += '\\';
      line += c;
    }
  }
  line += '"';
}

}  // namespace

std::optional<LogLevel> log_level_of(std::string_view name) {
  for (const LevelEntry& entry : kLevels)
    if (entry.name == name) return entry.level;
  return std::nullopt;
}

LogOutput::LogOutput(LogLevel least)
    : least_(least), sink_(std::make_shared<spdlog::sinks::stderr_sink_mt>()) {}

LogOutput::LogOutput(LogLevel least, std::ostream& stream)
    : least_(least), sink_(std::make_shared<spdlog::sinks::ostream_sink_mt>(stream, true)) {}

LogOutput::~LogOutput() = default;

Log::Log(const LogOutput& output, std::string component)
    : logger_(std::make_shared<spdlog::logger>(std::move(component), output.sink_)) {
  logger_->set_level(entry_of(output.least_).theirs);
  logger_->flush_on(spdlog::level::trace);
  logger_->set_formatter(std::make_unique<spdlog::pattern_formatter>("time=%Y-%m-%dT%H:%M:%S.%eZ %v",
                                                                     spdlog::pattern_time_type::utc));
}

void Log::write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) const {
  const LevelEntry& entry = entry_of(level);
  if (!logger_->should_log(entry.theirs)) return;
  std::string line = concat("level=", entry.name, " component=", logger_->name(), " msg=");
  append_value(line, message);
  for (const LogField& field : fields) {
    line += ' ';
    line += field.key;
    line += '=';
    append_value(line, field.value);
  }
  logger_->log(entry.theirs, spdlog::string_view_t(line.data(), line.size()));
}

void Log::debug(std::string_view message, std::initializer_list<LogField> fields) const {
  write(LogLevel::kDebug, message, fields);
}
void Log::info(std::string_view message, std::initializer_list<LogField> fields) const {
  write(LogLevel::kInfo, message, fields);
}
void Log::warn(std::string_view message, std::initializer_list<LogField> fields) const {
  write(LogLevel::kWarn, message, fields);
}
void Log::error(std::string_view message, std::initializer_list<LogField> fields) const {
  write(LogLevel::kError, message, fields);
}

}  // namespace musicfleet
