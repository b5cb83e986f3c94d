// Shared by the clauses: how a finding is put together and how numbers are told.
#pragma once

#include <fmt/format.h>

#include <algorithm>

#include "lifecycle/gate/decide.h"

namespace relearn {

/// The larger of each; persons hold their cases and non-cases.
inline PeopleNeeded most(const PeopleNeeded& a, const PeopleNeeded& b) {
  const int cases = std::max(a.cases, b.cases), non_cases = std::max(a.non_cases, b.non_cases);
  return {std::max({a.persons, b.persons, cases + non_cases}), cases, non_cases};
}

class Finding {
 public:
  void fine(std::string sentence) { add(VerdictKind::Publish, std::move(sentence)); }
  void benefit(std::string sentence) {
    fine(std::move(sentence));
    found_.reasons.back().benefit = true;
  }
  /// Too little evidence to say: told, not passed, and not counted against the candidate.
  void unknown(std::string sentence) {
    fine(std::move(sentence));
    found_.reasons.back().unknown = true;
  }
  void ask(std::string sentence) { add(VerdictKind::Ask, std::move(sentence)); }
  void inconclusive(std::string sentence, const PeopleNeeded& needed) {
    add(VerdictKind::Inconclusive, std::move(sentence));
    found_.still_needed = most(found_.still_needed.value_or(PeopleNeeded()), needed);
  }
  void keep(std::string sentence) { add(VerdictKind::Keep, std::move(sentence)); }
  void add(VerdictKind allows, std::string sentence) {
    VerdictReason reason;
    reason.allows = allows;
    reason.sentence = std::move(sentence);
    found_.reasons.push_back(std::move(reason));
  }
  void settle() { found_.settles = true; }
  void approvals(int at_least) { found_.approvals = at_least; }
  ClauseFinding take() { return std::move(found_); }

 private:
  ClauseFinding found_;
};

inline ClauseFinding not_measured(std::string_view what) {
  Finding found;
  found.keep(fmt::format("{} was not measured.", what));
  return found.take();
}

/// How many more people of `there` it takes until a bound that is `width` from its mean has only
/// `room` to it: a width shrinks with the root of the number. At least one.
int more_people(std::uint64_t there, double width, double room);

/// At most four decimals: "0.0299", "0.9", "100".
std::string number(double value);

/// "3.5 %".
std::string percent(double share);

/// "0.012 lower than", "0.004 higher than".
std::string compared(double difference);

/// "at worst 0.011 higher", "at worst still 0.002 lower".
std::string at_worst(double bound);

}  // namespace relearn
