#include "pages/phrases.h"

#include <fmt/format.h>

#include <cassert>

#include "clinical/toml_tree.h"
#include "pages/language_files.h"

namespace relearn {
namespace {

/// "a.b.c" for a text c in a table [a.b].
Result<void> collect(const TomlNode& node, const std::string& place,
                     std::map<std::string, std::string, std::less<>>& sentences) {
  for (const auto& [key, member] : node.members) {
    const std::string inner = place.empty() ? key : place + "." + key;
    if (member.kind == TomlNode::Kind::Table) {
      TRY(collect(member, inner, sentences));
    } else if (member.kind == TomlNode::Kind::String && !member.text.empty()) {
      sentences[inner] = member.text;
    } else {
      return invalid_input(fmt::format("line {}: {} is no text", member.line, inner));
    }
  }
  return {};
}

}  // namespace

Result<Phrases> Phrases::load(std::string_view language) {
  for (const LanguageFile& file : language_files()) {
    if (file.language != language) continue;
    const TomlNode tree = TRY(parse_toml(file.toml, language));
    Phrases phrases;
    phrases.language_ = language;
    TRY(collect(tree, "", phrases.sentences_));
    return phrases;
  }
  return not_found(fmt::format("there are no phrases in the language \"{}\"", language));
}

std::string Phrases::say(std::string_view key, Places places) const {
  const auto found = sentences_.find(key);
  assert(found != sentences_.end());
  const std::string& sentence = found->second;
  std::string said;
  for (std::size_t i = 0; i < sentence.size();) {
    const std::size_t end = sentence[i] == '{' ? sentence.find('}', i) : std::string::npos;
    if (end == std::string::npos) {
      said += sentence[i++];
      continue;
    }
    const std::string_view name = std::string_view(sentence).substr(i + 1, end - i - 1);
    for (const auto& [place, value] : places) {
      if (place == name) said += value;
    }
    i = end + 1;
  }
  return said;
}

}  // namespace relearn
