// The reference of the command line, written from its command tree: as Markdown for docs/cli.md, as a manual
// page for man(1). Pure, any thread.
#pragma once

#include "coordinator/cli/command_tree.h"

namespace musicfleet::cli {

std::string markdown_reference(const CommandInfo& root);
std::string manual_page(const CommandInfo& root, const std::string& version);

}  // namespace musicfleet::cli
