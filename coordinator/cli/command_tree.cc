#include "coordinator/cli/command_tree.h"

#include "common/result.h"

namespace musicfleet::cli {
namespace {

OptionInfo info_of(const CLI::Option& option) {
  OptionInfo info;
  for (const std::string& name : option.get_snames()) info.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) info.names.push_back("--" + name);
  info.by_position = info.names.empty();
  if (info.by_position) info.names.push_back(option.get_single_name());
  info.description = option.get_description();
  info.default_text = option.get_default_str();
  info.takes_value = option.get_items_expected_max() > 0;
  info.required = option.get_required();
  return info;
}

void collect(const CommandInfo& command, std::vector<const CommandInfo*>& into) {
  into.push_back(&command);
  for (const CommandInfo& one : command.commands) collect(one, into);
}

CommandInfo tree_of(const CLI::App& app, const std::string& path) {
  CommandInfo command{path, app.get_description(), {}, {}};
  for (const CLI::Option* option : app.get_options()) command.options.push_back(info_of(*option));
  for (const CLI::App* one : app.get_subcommands([](const CLI::App*) { return true; }))
    command.commands.push_back(tree_of(*one, path.empty() ? one->get_name() : path + " " + one->get_name()));
  return command;
}

}  // namespace

CommandInfo command_tree(const CLI::App& app) { return tree_of(app, {}); }

std::vector<const CommandInfo*> all_commands(const CommandInfo& root) {
  std::vector<const CommandInfo*> all;
  collect(root, all);
  return all;
}

}  // namespace musicfleet::cli
