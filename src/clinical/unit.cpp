#include "clinical/unit.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace relearn {
namespace {

// Grammar of UCUM section 2.2, without parentheses, which no clinical unit here needs:
//   unit      := ['/'] component { ('.' | '/') component }
//   component := [prefix] atom [exponent] [annotation] | digits | annotation
//   exponent  := ['+' | '-'] digits          annotation := '{' text '}'
constexpr std::array<std::string_view, 20> kMetricAtoms = {
    "m", "s", "g", "K", "mol", "L",   "l",    "Hz",   "Pa",  "J",
    "W", "V", "A", "N", "B",   "bar", "[IU]", "[iU]", "cal", "m[Hg]"};
constexpr std::array<std::string_view, 21> kOtherAtoms = {
    "min",     "h",       "d",      "wk",       "mo",     "a",      "%",
    "[ppth]",  "[pH]",    "deg",    "Cel",      "[degF]", "[in_i]", "[ft_i]",
    "[lb_av]", "[oz_av]", "[diop]", "[hnsf'U]", "[MET]",  "10*",    "[pptr]"};
constexpr std::array<std::string_view, 15> kPrefixes = {"da", "Y", "T", "G", "M", "k", "h", "d",
                                                        "c",  "m", "u", "n", "p", "f", "a"};

template <std::size_t n>
bool holds(const std::array<std::string_view, n>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_simple_unit(std::string_view text) {
  if (holds(kMetricAtoms, text) || holds(kOtherAtoms, text)) return true;
  return std::any_of(kPrefixes.begin(), kPrefixes.end(), [&](std::string_view prefix) {
    return text.starts_with(prefix) && holds(kMetricAtoms, text.substr(prefix.size()));
  });
}

bool is_component(std::string_view text) {
  if (text.ends_with('}')) {
    const auto open = text.find('{');
    if (open == std::string_view::npos || text.find('}') != text.size() - 1) return false;
    text = text.substr(0, open);
    if (text.empty()) return true;
  }
  if (text.empty()) return false;
  if (std::all_of(text.begin(), text.end(), is_digit)) return true;
  std::size_t end = text.size();
  while (end > 0 && is_digit(text[end - 1])) --end;
  if (end < text.size() && end > 1 && (text[end - 1] == '-' || text[end - 1] == '+')) --end;
  return is_simple_unit(text.substr(0, end)) || is_simple_unit(text);
}

struct Replacement {
  std::string_view from, to;
};

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    text.replace(at, from.size(), to);
    at += to.size();
  }
}

}  // namespace

bool is_ucum_unit(std::string_view text) {
  if (text.starts_with('/')) text.remove_prefix(1);
  std::size_t start = 0;
  bool in_annotation = false;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '{') in_annotation = true;
    if (i < text.size() && text[i] == '}') in_annotation = false;
    if (i < text.size() && (in_annotation || (text[i] != '.' && text[i] != '/'))) continue;
    if (!is_component(text.substr(start, i - start))) return false;
    start = i + 1;
  }
  return true;
}

std::string unit_for_people(std::string_view ucum) {
  if (ucum == "1" || ucum == "{#}") return {};
  if (ucum == "a") return "years";
  if (ucum == "mo") return "months";
  if (ucum == "/min") return "per minute";
  std::string text(ucum);
  for (const auto& [from, to] :
       {Replacement{"u[IU]", "µIU"}, {"us", "µs"}, {"ug", "µg"}, {"umol", "µmol"}, {"m2", "m²"}}) {
    replace_all(text, from, to);
  }
  std::erase_if(text, [](char c) { return c == '[' || c == ']' || c == '{' || c == '}'; });
  return text;
}

std::string unit_spelling(std::string_view unit) {
  std::string text(unit);
  replace_all(text, "µ", "u");  // micro sign, U+00B5
  replace_all(text, "μ", "u");  // Greek small mu, U+03BC
  replace_all(text, "²", "2");
  std::string spelling;
  for (const char c : text) {
    if (c == ' ' || c == '[' || c == ']' || c == '{' || c == '}') continue;
    spelling += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return spelling;
}

}  // namespace relearn
