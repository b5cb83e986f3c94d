#include "clinical/toml_tree.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <sstream>

namespace relearn {
namespace {

Result<TomlNode> copy_node(const toml::node& node, std::string_view name) {
  TomlNode copy;
  copy.line = node.source().begin.line;
  if (const auto* table = node.as_table()) {
    copy.kind = TomlNode::Kind::Table;
    for (const auto& [key, value] : *table) {
      copy.members.emplace_back(std::string(key.str()), TRY(copy_node(value, name)));
    }
  } else if (const auto* array = node.as_array()) {
    copy.kind = TomlNode::Kind::Array;
    for (const auto& item : *array) copy.items.push_back(TRY(copy_node(item, name)));
  } else if (const auto* text = node.as_string()) {
    copy.kind = TomlNode::Kind::String;
    copy.text = text->get();
  } else if (const auto* integer = node.as_integer()) {
    copy.kind = TomlNode::Kind::Integer;
    copy.integer = integer->get();
  } else if (const auto* real = node.as_floating_point()) {
    copy.kind = TomlNode::Kind::Real;
    copy.real = real->get();
  } else if (const auto* boolean = node.as_boolean()) {
    copy.kind = TomlNode::Kind::Boolean;
    copy.boolean = boolean->get();
  } else {
    return invalid_input(
        fmt::format("{} line {}: a date or time has no place in this file", name, copy.line));
  }
  return copy;
}

}  // namespace

const TomlNode* TomlNode::member(std::string_view key) const {
  for (const auto& [name, value] : members) {
    if (name == key) return &value;
  }
  return nullptr;
}

Result<TomlNode> parse_toml(std::string_view text, std::string_view name) {
  try {
    return copy_node(toml::parse(text), name);
  } catch (const toml::parse_error& error) {
    return invalid_input(fmt::format("{} line {}: not TOML: {}", name, error.source().begin.line,
                                     error.description()));
  }
}

Result<std::string> extract_toml_table(std::string_view text, std::string_view key) {
  try {
    const toml::table root = toml::parse(text);
    const toml::table* table = root[key].as_table();
    if (table == nullptr) return std::string();
    std::ostringstream out;
    out.imbue(std::locale::classic());
    out << *table << '\n';
    return out.str();
  } catch (const toml::parse_error& error) {
    return invalid_input(
        fmt::format("line {}: not TOML: {}", error.source().begin.line, error.description()));
  }
}

}  // namespace relearn
