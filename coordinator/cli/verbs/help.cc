#include "coordinator/cli/verbs/help.h"

#include "coordinator/cli/completion.h"
#include "coordinator/cli/reference.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Validators.hpp>

#include <memory>

namespace musicfleet::cli {
namespace {

struct HelpOptions {
  bool markdown = false;
  bool man = false;
  std::string shell;
};

}  // namespace

void add_help(CLI::App& app, const std::string& version, Context& context) {
  auto options = std::make_shared<HelpOptions>();
  CLI::App* help = app.add_subcommand("help", "Every verb on one page");
  CLI::Option* markdown =
      help->add_flag("--markdown", options->markdown, "As Markdown: the reference in docs/cli.md");
  help->add_flag("--man", options->man, "As a manual page: `musicfleet help --man | man -l -`")
      ->excludes(markdown);
  on_chosen(*help, context, [options, &app, &context, version]() -> Result<> {
    if (options->markdown)
      context.console.out << markdown_reference(command_tree(app));
    else if (options->man)
      context.console.out << manual_page(command_tree(app), version);
    else
      context.console.out << app.help("", CLI::AppFormatMode::All);
    return {};
  });
  CLI::App* completion = app.add_subcommand("completion", "Print a script that completes verbs and options");
  completion->add_option("shell", options->shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  on_chosen(*completion, context, [options, &app, &context]() -> Result<> {
    const CommandInfo root = command_tree(app);
    context.console.out << (options->shell == "bash"  ? bash_completion(root)
                            : options->shell == "zsh" ? zsh_completion(root)
                                                      : fish_completion(root));
    return {};
  });
}

}  // namespace musicfleet::cli
