#include "coordinator/cli/completion.h"

#include "common/result.h"

namespace musicfleet::cli {
namespace {

std::string last_word(const std::string& path) { return path.substr(path.rfind(' ') + 1); }

// Each option's names; with `values` only of those that take one.
std::string option_names(const CommandInfo& command, bool only_with_value) {
  std::string names;
  for (const OptionInfo& option : command.options)
    if (!option.by_position && (option.takes_value || !only_with_value))
      for (const std::string& name : option.names) names += (names.empty() ? "" : " ") + name;
  return names;
}

std::string command_names(const CommandInfo& command) {
  std::string names;
  for (const CommandInfo& one : command.commands) names += (names.empty() ? "" : " ") + last_word(one.path);
  return names;
}

std::string joined(const std::string& a, const std::string& b) {
  return a.empty() || b.empty() ? a + b : a + " " + b;
}

// Inside single quotes of a POSIX shell, and of fish.
std::string quoted(const std::string& text, const char* quote) {
  std::string out = "'";
  for (const char c : text) c == '\'' ? out += quote : out += c;
  return out + "'";
}

// The cases of a `case`, by the path of commands that has been typed, e.g. `"jobs list") words=…;;`.
std::string cases(const CommandInfo& root) {
  std::string text;
  for (const CommandInfo* command : all_commands(root)) {
    const std::string words = joined(command_names(*command), option_names(*command, false));
    const std::string general = command->path.empty() ? "" : option_names(root, false);
    const std::string valued = joined(option_names(*command, true), option_names(root, true));
    text += concat("    '", command->path, "') commands='", command_names(*command), "' words='",
                   joined(words, general), "' valued=' ", valued, " ' ;;\n");
  }
  return text;
}

// `path` from the words before the cursor, then what may follow.
constexpr const char* kWalk = R"(  while [ $# -gt 0 ]; do
    _musicfleet_case "$path"
    case "$valued" in *" $1 "*) shift; [ $# -gt 0 ] || { value=1; break; }; shift; continue ;; esac
    case " $commands " in *" $1 "*) path="${path:+$path }$1" ;; esac
    shift
  done
  _musicfleet_case "$path"
)";

std::string shared(const CommandInfo& root) {
  return concat(R"(_musicfleet_case() {
  commands='' words='' valued=''
  case "$1" in
)",
                cases(root), "  esac\n}\n");
}

}  // namespace

std::string bash_completion(const CommandInfo& root) {
  return concat("# bash completion of musicfleet; load it with: source <(musicfleet completion bash)\n",
                shared(root), R"(_musicfleet() {
  local cur="${COMP_WORDS[COMP_CWORD]}" path='' value='' commands words valued
  set -- "${COMP_WORDS[@]:1:COMP_CWORD-1}"
)",
                kWalk, R"(  COMPREPLY=()
  if [ -z "$value" ]; then COMPREPLY=($(compgen -W "$words" -- "$cur")); fi
}
complete -o default -F _musicfleet musicfleet
)");
}

std::string zsh_completion(const CommandInfo& root) {
  return concat("# zsh completion of musicfleet; load it with: source <(musicfleet completion zsh)\n",
                "autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n",
                bash_completion(root));
}

std::string fish_completion(const CommandInfo& root) {
  std::string text = R"(# fish completion of musicfleet; load it with: musicfleet completion fish | source
function __musicfleet_path
  set -l path ''
  for word in (commandline -opc)[2..-1]
    set -l next (string trim -- "$path $word")
    switch $next
)";
  std::string paths;
  for (const CommandInfo* command : all_commands(root))
    if (!command->path.empty()) paths += " '" + command->path + "'";
  text += concat("      case", paths, "\n        set path $next\n    end\n  end\n  echo $path\nend\n");
  for (const CommandInfo* command : all_commands(root)) {
    const std::string where =
        concat("complete -c musicfleet -n \"test (__musicfleet_path) = '", command->path, "'\"");
    for (const CommandInfo& one : command->commands)
      text += concat(where, " -f -a ", last_word(one.path), " -d ", quoted(one.description, "\\'"), "\n");
    for (const OptionInfo& option : command->options)
      if (!option.by_position)
        for (const std::string& name : option.names)
          text +=
              concat(where, name.compare(0, 2, "--") == 0 ? " -l " + name.substr(2) : " -s " + name.substr(1),
                     option.takes_value ? " -r" : "", " -d ", quoted(option.description, "\\'"), "\n");
  }
  return text;
}

}  // namespace musicfleet::cli
