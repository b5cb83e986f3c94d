#include "clinical/change_plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "clinical/change_plan_fields.h"

namespace relearn {
namespace {

class TextWalker {
 public:
  explicit TextWalker(std::string& text, std::string prefix = "")
      : text_(text), prefix_(std::move(prefix)) {}

  template <typename Fields>
  void section(std::string_view name, Fields fields) {
    TextWalker inner(text_, fmt::format("{}{}.", prefix_, name));
    fields(inner);
  }
  void count(std::string_view key, int value, Range) { line(key, fmt::format("{}", value)); }
  void number(std::string_view key, double value, Range) { line(key, fmt::format("{}", value)); }
  void limits(std::string_view key, const Range& value, Range) {
    line(key, fmt::format("{} to {}", value.low, value.high));
  }
  void people(std::string_view key, const PeopleNeeded& value) {
    line(key, fmt::format("{} persons, {} cases, {} non_cases", value.persons, value.cases,
                          value.non_cases));
  }
  void flag(std::string_view key, const bool& value) { line(key, value ? "true" : "false"); }
  void word(std::string_view key, const std::string& value, std::string_view) { line(key, value); }
  void rungs(std::string_view key, const std::vector<Rung>& value) {
    std::vector<std::string_view> words;
    for (const Rung rung : value) words.push_back(word_of(rung));
    line(key, words.empty() ? "none" : fmt::format("{}", fmt::join(words, ", ")));
  }

 private:
  void line(std::string_view key, std::string_view value) {
    text_ += fmt::format("{}{} = {}\n", prefix_, key, value);
  }
  std::string& text_;
  std::string prefix_;
};

bool holds(const std::vector<Rung>& rungs, Rung rung) {
  return std::find(rungs.begin(), rungs.end(), rung) != rungs.end();
}

}  // namespace

std::string_view word_of(Rung rung) { return kRungWords[static_cast<std::size_t>(rung)]; }

std::string_view word_of(RetrainTrigger trigger) {
  return kTriggerWords[static_cast<std::size_t>(trigger)];
}

bool ChangePlan::allows(Rung rung) const { return holds(rungs, rung); }

bool ChangePlan::is_automatic(Rung rung) const { return holds(automatic, rung); }

std::string plan_text(const ChangePlan& plan) {
  std::string text;
  TextWalker walker(text);
  ChangePlan copy = plan;  // the list of fields is written for readers too
  walk_plan(walker, copy);
  return text;
}

}  // namespace relearn
