#include "clinical/table_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <limits>

#include "base/text.h"

namespace relearn {
namespace {

bool is_language(std::string_view key) {
  return (key.size() == 2 || key.size() == 3) &&
         key.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string_view::npos;
}

std::optional<double> as_number(const TomlNode& node) {
  if (node.kind == TomlNode::Kind::Integer) return static_cast<double>(node.integer);
  if (node.kind == TomlNode::Kind::Real && std::isfinite(node.real)) return node.real;
  return std::nullopt;
}

}  // namespace

Error refused_at(std::string_view file, std::uint32_t line, std::string_view what,
                 std::string_view problem) {
  if (what.empty()) return invalid_input(fmt::format("{} line {}: {}", file, line, problem));
  return invalid_input(fmt::format("{} line {}: {}: {}", file, line, what, problem));
}

TableReader::TableReader(const TomlNode& table, std::string_view file, std::string what)
    : table_(table), file_(file), what_(std::move(what)) {
  if (table.kind != TomlNode::Kind::Table) refuse("", "a table is needed here");
}

const TomlNode* TableReader::look(std::string_view key) {
  read_.emplace(key);
  return table_.member(key);
}

const TomlNode* TableReader::required(std::string_view key) {
  const TomlNode* node = look(key);
  if (node == nullptr) refuse(key, fmt::format("key \"{}\" is missing", key));
  return node;
}

std::string TableReader::text(std::string_view key) {
  const TomlNode* node = required(key);
  if (node == nullptr) return {};
  if (node->kind != TomlNode::Kind::String || trim(node->text).empty()) {
    refuse(key, fmt::format("key \"{}\" must be a text that is not empty", key));
  }
  return node->text;
}

std::string TableReader::text_or(std::string_view key, std::string_view fallback) {
  return look(key) == nullptr ? std::string(fallback) : text(key);
}

double TableReader::number(std::string_view key) {
  const TomlNode* node = required(key);
  if (node == nullptr) return 0;
  const auto value = as_number(*node);
  if (!value) refuse(key, fmt::format("key \"{}\" must be a finite number", key));
  return value.value_or(0);
}

double TableReader::number_or(std::string_view key, double fallback) {
  return look(key) == nullptr ? fallback : number(key);
}

int TableReader::integer(std::string_view key) {
  const TomlNode* node = required(key);
  if (node == nullptr) return 0;
  if (node->kind != TomlNode::Kind::Integer || node->integer > std::numeric_limits<int>::max() ||
      node->integer < std::numeric_limits<int>::min()) {
    refuse(key, fmt::format("key \"{}\" must be a whole number", key));
    return 0;
  }
  return static_cast<int>(node->integer);
}

int TableReader::integer_or(std::string_view key, int fallback) {
  return look(key) == nullptr ? fallback : integer(key);
}

bool TableReader::flag_or(std::string_view key, bool fallback) {
  const TomlNode* node = look(key);
  if (node == nullptr) return fallback;
  if (node->kind != TomlNode::Kind::Boolean) {
    refuse(key, fmt::format("key \"{}\" must be true or false", key));
  }
  return node->boolean;
}

Range TableReader::range(std::string_view key) {
  const TomlNode* node = required(key);
  if (node == nullptr) return {};
  if (node->kind != TomlNode::Kind::Array || node->items.size() != 2 ||
      !as_number(node->items[0]) || !as_number(node->items[1])) {
    refuse(key, fmt::format("key \"{}\" must be two numbers, [low, high]", key));
    return {};
  }
  const Range limits{*as_number(node->items[0]), *as_number(node->items[1])};
  if (limits.low > limits.high) {
    refuse(key, fmt::format("limits of \"{}\" are out of order: {} is above {}", key, limits.low,
                            limits.high));
  }
  return limits;
}

Text TableReader::translations(std::string_view key) {
  const TomlNode* node = required(key);
  if (node == nullptr) return {};
  Text text;
  for (const auto& [language, sentence] : node->members) {
    if (!is_language(language)) {
      refuse(key, fmt::format("\"{}\" in \"{}\" is not a language code", language, key));
    } else if (sentence.kind != TomlNode::Kind::String || trim(sentence.text).empty()) {
      refuse(key, fmt::format("key \"{}\" has no text in the language {}", key, language));
    }
    text[language] = sentence.text;
  }
  for (const std::string_view language : kLanguages) {
    if (!text.contains(language)) {
      refuse(key, fmt::format("key \"{}\" lacks the language {}", key, language));
    }
  }
  return text;
}

std::vector<std::string> TableReader::texts(std::string_view key) {
  const TomlNode* node = look(key);
  std::vector<std::string> texts;
  if (node == nullptr) return texts;
  if (node->kind != TomlNode::Kind::Array) {
    refuse(key, fmt::format("key \"{}\" must be a list of texts", key));
  }
  for (const TomlNode& item : node->items) {
    if (item.kind != TomlNode::Kind::String) {
      refuse(key, fmt::format("key \"{}\" must hold texts only", key));
    }
    texts.push_back(item.text);
  }
  return texts;
}

std::span<const TomlNode> TableReader::tables(std::string_view key) {
  const TomlNode* node = look(key);
  if (node == nullptr) return {};
  if (node->kind != TomlNode::Kind::Array) {
    refuse(key, fmt::format("key \"{}\" must be a list of tables", key));
  }
  return node->items;
}

const TomlNode* TableReader::table(std::string_view key) {
  const TomlNode* node = look(key);
  if (node != nullptr && node->kind != TomlNode::Kind::Table) {
    refuse(key, fmt::format("key \"{}\" must be a table", key));
  }
  return node;
}

int TableReader::choice(std::string_view key, std::span<const std::string_view> words,
                        int fallback) {
  if (look(key) == nullptr && fallback >= 0) return fallback;
  const std::string word = text(key);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (word == words[i]) return static_cast<int>(i);
  }
  refuse(key, fmt::format("key \"{}\" is \"{}\", it must be one of {}", key, word,
                          fmt::join(words, ", ")));
  return 0;
}

void TableReader::refuse(std::string_view key, std::string_view problem) {
  if (!problem_.empty()) return;
  const TomlNode* node = table_.member(key);
  problem_ = refused_at(file_, node == nullptr ? table_.line : node->line, what_, problem).message;
}

Result<void> TableReader::so_far() const {
  if (!problem_.empty()) return invalid_input(problem_);
  return {};
}

Result<void> TableReader::finish() const {
  TRY(so_far());
  for (const auto& [key, value] : table_.members) {
    if (!read_.contains(key)) {
      return refused_at(file_, value.line, what_, fmt::format("unknown key \"{}\"", key));
    }
  }
  return {};
}

}  // namespace relearn
