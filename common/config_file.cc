#include "common/config_file.h"

#include <toml++/toml.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>

namespace musicfleet {

namespace {

std::vector<std::string> texts_of(const toml::array& list) {
  std::vector<std::string> texts;
  for (const toml::node& node : list) texts.push_back(node.value_or(std::string()));
  return texts;
}

}  // namespace

// Flattens the tables into dotted names.
struct ConfigFile::Reader {
  ConfigFile& file;

  void add(const toml::table& table, const std::string& prefix) {
    for (const auto& [key, node] : table) {
      // A dot inside a key would pass for the one between a table and its setting.
      const std::string name =
          prefix +
          (key.str().find('.') == std::string_view::npos ? std::string(key.str()) : toml_text(key.str()));
      if (const toml::table* inner = node.as_table()) {
        add(*inner, name + '.');
        continue;
      }
      Setting setting;
      setting.line = node.source().begin.line;
      if (const auto* text = node.as_string())
        setting.value = text->get();
      else if (const auto* number = node.as_integer())
        setting.value = number->get();
      else if (const auto* flag = node.as_boolean())
        setting.value = flag->get();
      else if (const auto* list = node.as_array();
               list && (list->empty() || list->is_homogeneous<std::string>()))
        setting.value = texts_of(*list);
      else
        setting.value = Other{};
      file.settings_.emplace(name, std::move(setting));
    }
  }
};

Result<ConfigFile> ConfigFile::read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(ErrorCode::kNotFound, "cannot read the configuration file ", path.string());
  const std::string text(std::istreambuf_iterator<char>(in), {});
  return parse(text, path.string());
}

Result<ConfigFile> ConfigFile::parse(const std::string& text, std::string file_name) {
  ConfigFile file;
  file.file_name_ = std::move(file_name);
  try {
    const toml::table table = toml::parse(text, file.file_name_);
    Reader{file}.add(table, "");
  } catch (const toml::parse_error& error) {
    return fail(ErrorCode::kInvalidArgument, file.file_name_, ':', error.source().begin.line, ": ",
                error.description());
  }
  return file;
}

template <class T>
Result<const T*> ConfigFile::find(const std::string& name, const char* kind) {
  const auto found = settings_.find(name);
  if (found == settings_.end()) return nullptr;
  found->second.taken = true;
  const T* value = std::get_if<T>(&found->second.value);
  if (!value) return fail(ErrorCode::kInvalidArgument, where(name), " must be ", kind);
  return value;
}

Result<> ConfigFile::take(const std::string& name, std::string& into) {
  if (const auto* value = MF_TRY(find<std::string>(name, "a text in quotes"))) into = *value;
  return {};
}

Result<> ConfigFile::take(const std::string& name, std::filesystem::path& into) {
  if (const auto* value = MF_TRY(find<std::string>(name, "a path in quotes"))) into = *value;
  return {};
}

Result<> ConfigFile::take(const std::string& name, std::vector<std::string>& into) {
  if (const auto* value = MF_TRY(find<std::vector<std::string>>(name, "a list of texts in quotes")))
    into = *value;
  return {};
}

Result<> ConfigFile::take(const std::string& name, bool& into) {
  if (const auto* value = MF_TRY(find<bool>(name, "true or false"))) into = *value;
  return {};
}

Result<> ConfigFile::take(const std::string& name, int& into, int least, int most) {
  const auto* value = MF_TRY(find<std::int64_t>(name, "a whole number"));
  if (!value) return {};
  if (*value < least || *value > most)
    return fail(ErrorCode::kInvalidArgument, where(name), " must be from ", least, " to ", most, ", not ",
                *value);
  into = static_cast<int>(*value);
  return {};
}

Result<> ConfigFile::take(const std::string& name, std::chrono::milliseconds& into,
                          std::chrono::milliseconds least, std::chrono::milliseconds most) {
  int ms = static_cast<int>(into.count());
  MF_CHECK(take(name, ms, static_cast<int>(least.count()), static_cast<int>(most.count())));
  into = std::chrono::milliseconds(ms);
  return {};
}

std::string ConfigFile::where(const std::string& name) const {
  const auto found = settings_.find(name);
  if (found == settings_.end()) return file_name_.empty() ? name : concat(file_name_, ": ", name);
  return concat(file_name_, ':', found->second.line, ": ", name);
}

Result<> ConfigFile::all_taken() const {
  const Setting* first = nullptr;
  std::string first_name;
  for (const auto& [name, setting] : settings_) {
    if (setting.taken || (first && first->line <= setting.line)) continue;
    first = &setting;
    first_name = name;
  }
  if (first) return fail(ErrorCode::kInvalidArgument, where(first_name), " is not a setting");
  return {};
}

std::string toml_text(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted.append({'\\', c});
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      std::array<char, 8> escape;
      std::snprintf(escape.data(), escape.size(), "\\u%04X", static_cast<unsigned>(c));
      quoted += escape.data();
    } else {
      quoted.push_back(c);
    }
  }
  return quoted + "\"";
}

}  // namespace musicfleet
