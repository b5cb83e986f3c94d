#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "clinical/change_plan_fields.h"
#include "clinical/disease_file_parts.h"

namespace relearn {
namespace {

constexpr int kPeopleMax = 1'000'000;

/// Reads one table; the first problem of it or of an inner one is in result().
class PlanReader {
 public:
  PlanReader(const TomlNode& node, std::string_view file, std::string what)
      : in_(node, file, std::move(what)) {}

  template <typename Fields>
  void section(std::string_view name, Fields fields) {
    const TomlNode* node = in_.table(name);
    if (node == nullptr) {
      in_.refuse("", fmt::format("table \"{}\" is missing", name));
      return;
    }
    PlanReader inner(*node, in_.file(), fmt::format("{}: {}", in_.what(), name));
    fields(inner);
    if (auto read = inner.result(); !read.ok() && inner_.ok()) inner_ = std::move(read);
  }

  void count(std::string_view key, int& value, Range allowed) {
    value = in_.integer(key);
    check(key, value, allowed);
  }
  void number(std::string_view key, double& value, Range allowed) {
    value = in_.number(key);
    check(key, value, allowed);
  }
  void limits(std::string_view key, Range& value, Range allowed) {
    value = in_.range(key);
    check(key, value.low, allowed);
    check(key, value.high, allowed);
  }
  void flag(std::string_view key, bool& value) {
    if (!in_.has(key)) in_.refuse("", fmt::format("key \"{}\" is missing", key));
    value = in_.flag_or(key, false);
  }
  void word(std::string_view key, std::string& value, std::string_view only) {
    const std::string_view words[] = {only};
    in_.choice(key, words, -1);
    value = only;
  }

  void people(std::string_view key, PeopleNeeded& value) {
    section(key, [&](PlanReader& in) {
      const Range allowed{0, kPeopleMax};
      in.count("persons", value.persons, allowed);
      in.count("cases", value.cases, allowed);
      in.count("non_cases", value.non_cases, allowed);
      if (value.persons < value.cases + value.non_cases) {
        in.in_.refuse("persons", fmt::format("{} persons cannot hold {} cases and {} non-cases",
                                             value.persons, value.cases, value.non_cases));
      }
    });
  }

  void rungs(std::string_view key, std::vector<Rung>& value) {
    value.clear();
    for (const std::string& text : in_.texts(key)) {
      const auto found = std::find(kRungWords.begin() + 1, kRungWords.end(), text);
      if (found == kRungWords.end()) {
        in_.refuse(key, fmt::format("\"{}\" in \"{}\" is no rung of the ladder", text, key));
        return;
      }
      value.push_back(static_cast<Rung>(found - kRungWords.begin()));
    }
    if (!std::is_sorted(value.begin(), value.end()) ||
        std::adjacent_find(value.begin(), value.end()) != value.end()) {
      in_.refuse(key, fmt::format("\"{}\" must climb the ladder, each rung once", key));
    }
  }

  void refuse(std::string_view key, std::string_view problem) { in_.refuse(key, problem); }

  Result<void> result() const {
    TRY(in_.so_far());
    TRY(Result<void>(inner_));
    return in_.finish();
  }

 private:
  void check(std::string_view key, double value, Range allowed) {
    if (allowed.contains(value)) return;
    in_.refuse(key, fmt::format("key \"{}\" is {}, it must be {} to {}", key, value, allowed.low,
                                allowed.high));
  }

  TableReader in_;
  Result<void> inner_;
};

/// What the numbers must keep among each other.
void check_plan(PlanReader& in, const ChangePlan& plan) {
  if (plan.rungs.empty()) in.refuse("rungs", "the plan allows no change at all");
  for (const Rung rung : plan.automatic) {
    if (plan.allows(rung)) continue;
    in.refuse("automatic",
              fmt::format("\"{}\" may go live by itself, but is not allowed", word_of(rung)));
  }
  if (plan.margins.anchor_nats < plan.margins.champion_nats) {
    in.refuse("margins", "the margin to the anchor is below the one to the live model");
  }
}

}  // namespace

Result<ChangePlan> read_plan(const TomlNode& node, std::string_view file) {
  PlanReader in(node, file, "plan");
  ChangePlan plan;
  walk_plan(in, plan);
  TRY(in.result());
  check_plan(in, plan);
  TRY(in.result());
  plan.digest = sha256(plan_text(plan));
  return plan;
}

}  // namespace relearn
