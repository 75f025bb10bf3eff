// Scripts that complete the command line of `musicfleet` in a shell, written from its command tree: verbs and
// options, and files where an option or an argument wants a value. Pure, any thread.
#pragma once

#include "coordinator/cli/command_tree.h"

namespace musicfleet::cli {

std::string bash_completion(const CommandInfo& root);
std::string zsh_completion(const CommandInfo& root);
std::string fish_completion(const CommandInfo& root);

}  // namespace musicfleet::cli
