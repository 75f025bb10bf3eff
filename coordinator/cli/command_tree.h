// What the command line can be, read off the CLI11 tree: the one source of completion and of the reference in
// docs/cli.md. Main thread.
#pragma once

#include <CLI/App.hpp>

#include <string>
#include <vector>

namespace musicfleet::cli {

struct OptionInfo {
  std::vector<std::string> names;  // "--json"; of an argument by position its name alone
  std::string description;
  std::string default_text;  // empty: none
  bool takes_value = false;
  bool by_position = false;
  bool required = false;
};

struct CommandInfo {
  std::string path;  // "jobs list"; empty for the program
  std::string description;
  std::vector<OptionInfo> options;
  std::vector<CommandInfo> commands;
};

CommandInfo command_tree(const CLI::App& app);

// Every command of the tree, the program first, in the order of --help.
std::vector<const CommandInfo*> all_commands(const CommandInfo& root);

}  // namespace musicfleet::cli
