#include "coordinator/cli/reference.h"

#include "common/result.h"
#include "coordinator/cli/exit_status.h"

namespace musicfleet::cli {
namespace {

// "musicfleet jobs show ID"
std::string usage(const CommandInfo& command) {
  std::string text = "musicfleet" + (command.path.empty() ? "" : " " + command.path);
  for (const OptionInfo& option : command.options)
    if (option.by_position)
      text += option.required ? " " + option.names.front() : " [" + option.names.front() + "]";
  return text + (command.commands.empty() ? "" : " VERB");
}

std::string names_of(const OptionInfo& option, const char* before, const char* after) {
  std::string text;
  for (const std::string& name : option.names) text += concat(text.empty() ? "" : ", ", before, name, after);
  return text;
}

std::string about(const OptionInfo& option) {
  std::string text = option.description;
  if (option.required && !option.by_position) text += " (required)";
  if (!option.default_text.empty()) text += " (default: " + option.default_text + ")";
  return text;
}

bool is_help(const OptionInfo& option) { return option.names.back() == "--help"; }

std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.insert(at, 1, '\\');
  return text;
}

// In roff a line that begins with a dot or a quote is an order, a backslash begins an escape.
std::string roff(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
  }
  return !out.empty() && (out[0] == '.' || out[0] == '\'') ? "\\&" + out : out;
}

}  // namespace

std::string markdown_reference(const CommandInfo& root) {
  std::string text;
  for (const CommandInfo* command : all_commands(root)) {
    text += concat(command->path.empty() ? "### `" : "#### `", usage(*command), "`\n\n", command->description,
                   "\n");
    if (!command->path.empty() && !command->description.empty() && command->description.back() != '.')
      text.insert(text.size() - 1, ".");
    std::string rows;
    for (const OptionInfo& option : command->options)
      if (!is_help(option))
        rows +=
            concat("| ", names_of(option, "`", "`"), option.takes_value && !option.by_position ? " …" : "",
                   " | ", cell(about(option)), " |\n");
    if (!rows.empty()) text += "\n| | |\n| --- | --- |\n" + rows;
    text += '\n';
  }
  text += "### Exit status\n\n| status | meaning |\n| --- | --- |\n";
  for (const ExitMeaning& meaning : exit_meanings())
    text += concat("| ", static_cast<int>(meaning.status), " | ", meaning.meaning, " |\n");
  return text;
}

std::string manual_page(const CommandInfo& root, const std::string& version) {
  std::string text =
      concat(".TH MUSICFLEET 1 \"\" \"musicfleet ", version, "\" \"User Commands\"\n.SH NAME\n",
             "musicfleet \\- ", roff(root.description), "\n.SH COMMANDS\n");
  for (const CommandInfo* command : all_commands(root)) {
    text += concat(".SS ", roff(usage(*command)), "\n", roff(command->description), "\n");
    for (const OptionInfo& option : command->options)
      if (!is_help(option))
        text += concat(".TP\n\\fB", roff(names_of(option, "", "")), "\\fR\n", roff(about(option)), "\n");
  }
  text += ".SH EXIT STATUS\n";
  for (const ExitMeaning& meaning : exit_meanings())
    text += concat(".TP\n", static_cast<int>(meaning.status), "\n", roff(std::string(meaning.meaning)), "\n");
  return text;
}

}  // namespace musicfleet::cli
