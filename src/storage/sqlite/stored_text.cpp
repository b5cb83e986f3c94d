#include "storage/sqlite/stored_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace relearn {
namespace {

constexpr std::size_t kTextBytesMax = 2048;
constexpr std::size_t kInputsMax = 512;
constexpr std::size_t kEmailBytesMax = 254;  // RFC 5321, 4.5.3.1.3

bool is_control(char c) { return (c >= 0 && c < ' ') || c == '\x7f'; }

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

Error broken_inputs() {
  return broken_invariant("stored inputs are not as relearn writes them; was the database edited?");
}

}  // namespace

std::string wrong_with_text(std::string_view what, std::string_view text) {
  if (text.size() > kTextBytesMax) {
    return fmt::format("{} has {} bytes, the limit is {}", what, text.size(), kTextBytesMax);
  }
  if (std::ranges::any_of(text, is_control)) {
    return fmt::format("{} holds a control character; is the file damaged?", what);
  }
  return "";
}

std::string wrong_with_inputs(const Inputs& inputs) {
  if (inputs.size() > kInputsMax) {
    return fmt::format("{} inputs, the limit is {}", inputs.size(), kInputsMax);
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto& [name, value] = inputs[i];
    if (!is_name(name)) return "an input has a name that is no predictor's";
    if (!std::isfinite(value)) return fmt::format("{} is not a number", name);
    const auto same = [&name = name](const auto& other) { return other.first == name; };
    if (std::any_of(inputs.begin(), inputs.begin() + static_cast<std::ptrdiff_t>(i), same)) {
      return fmt::format("{} is there twice", name);
    }
  }
  return "";
}

std::string inputs_text(const Inputs& inputs) {
  fmt::memory_buffer text;
  for (const auto& [name, value] : inputs) {
    fmt::format_to(std::back_inserter(text), "{}\"{}\":{}", text.size() == 0 ? "{" : ",", name,
                   value);
  }
  return text.size() == 0 ? "{}" : fmt::to_string(text) + "}";
}

Result<Inputs> parse_inputs(std::string_view text) {
  if (text.size() < 2 || text.front() != '{' || text.back() != '}') return broken_inputs();
  Inputs inputs;
  const std::string_view inside = text.substr(1, text.size() - 2);
  if (inside.empty()) return inputs;
  for (const std::string_view item : split(inside, ',')) {
    const auto colon = item.find("\":");
    if (item.front() != '"' || colon == std::string_view::npos) return broken_inputs();
    const auto value = parse_number(item.substr(colon + 2));
    if (!value) return broken_inputs();
    inputs.emplace_back(item.substr(1, colon - 1), *value);
  }
  return inputs;
}

Result<std::string> canonical_email(std::string_view email) {
  std::string text(trim(email));
  const auto at = text.find('@');
  const bool has_spaces =
      std::ranges::any_of(text, [](char c) { return is_control(c) || c == ' '; });
  if (text.size() > kEmailBytesMax || at == std::string::npos || at == 0 || at + 1 == text.size() ||
      text.find('@', at + 1) != std::string::npos || has_spaces) {
    return invalid_input("the e-mail is not of the form name@place");
  }
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

}  // namespace relearn
