// A configuration file in TOML: tables of texts, lists of texts, numbers and switches. Each setting is taken
// once by its dotted name; what nobody takes is an error with its file and line, so that a typo never passes
// in silence. The TOML library stays in config_file.cc. One thread.
#pragma once

#include "common/result.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace musicfleet {

class ConfigFile {
 public:
  // A file without settings.
  ConfigFile() = default;
  // kNotFound, or kInvalidArgument with the line of what is not TOML.
  static Result<ConfigFile> read(const std::filesystem::path& path);
  static Result<ConfigFile> parse(const std::string& text, std::string file_name);

  // Each leaves `into` as it is where the file does not have `name` ("http.listen"), and fails with file and
  // line where the value is of another type or out of range.
  Result<> take(const std::string& name, std::string& into);
  Result<> take(const std::string& name, std::filesystem::path& into);
  Result<> take(const std::string& name, std::vector<std::string>& into);
  Result<> take(const std::string& name, bool& into);
  Result<> take(const std::string& name, int& into, int least, int most);
  // A number of milliseconds.
  Result<> take(const std::string& name, std::chrono::milliseconds& into, std::chrono::milliseconds least,
                std::chrono::milliseconds most);

  // Where a setting stands, for messages about its value: "/etc/musicfleet/coordinator.toml:7: http.listen";
  // without a line where the file leaves it out.
  std::string where(const std::string& name) const;
  // Fails with the first setting that nobody has taken.
  Result<> all_taken() const;

 private:
  // A date, another array or a fraction is none of the types that settings have.
  struct Other {};
  struct Setting {
    std::variant<std::string, std::vector<std::string>, std::int64_t, bool, Other> value;
    unsigned line = 0;
    bool taken = false;
  };
  struct Reader;

  template <class T>
  Result<const T*> find(const std::string& name, const char* kind);

  std::string file_name_;
  std::map<std::string, Setting> settings_;
};

// A basic string of TOML (https://toml.io/en/v1.0.0#string), in quotes, from UTF-8.
std::string toml_text(std::string_view text);

}  // namespace musicfleet
