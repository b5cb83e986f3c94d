#include <fmt/format.h>

#include "cli/commands.h"

namespace relearn {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

/// A shell function that finds the words typed so far and offers what may follow.
std::string bash_script() {
  std::string cases;
  for (const auto& [path, words] : command_words()) {
    cases += fmt::format("    '{}') words='{}' ;;\n", path, joined(words));
  }
  return "_relearn() {\n"
         "  local word path='' words=''\n"
         "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
         "    case $word in retrain|predict|models|show|data|check|fetch|synthesize|diseases|"
         "completion) path=\"${path:+$path }$word\" ;; esac\n"
         "  done\n"
         "  case $path in\n" +
         cases +
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\") "
         "$(compgen -f -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"
         "}\n"
         "complete -o filenames -F _relearn relearn\n";
}

std::string fish_script() {
  std::string script;
  for (const auto& [path, words] : command_words()) {
    std::string condition = path.empty() ? "__fish_use_subcommand" : "";
    for (std::size_t from = 0; from < path.size();) {
      const auto end = std::min(path.find(' ', from), path.size());
      condition += fmt::format("{}__fish_seen_subcommand_from {}",
                               condition.empty() ? "" : "; and ", path.substr(from, end - from));
      from = end + 1;
    }
    for (const std::string& word : words) {
      script += word.starts_with("--")
                    ? fmt::format("complete -c relearn -n '{}' -l {}\n", condition, word.substr(2))
                    : fmt::format("complete -c relearn -f -n '{}' -a {}\n", condition, word);
    }
  }
  return script;
}

}  // namespace

Result<void> run(const CompletionCommand& command, const Context& context) {
  std::string script = command.shell == "fish" ? fish_script() : bash_script();
  if (command.shell == "zsh") script = "autoload -U +X bashcompinit && bashcompinit\n" + script;
  fmt::print(context.environment.out, "{}", script);
  return {};
}

}  // namespace relearn
