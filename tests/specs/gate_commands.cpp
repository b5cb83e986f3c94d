// What the commands of *.gate files mean.
//
//   plan ID              takes the plan of diseases/ID.toml, and evidence in which everything is
//                        fine; answers the plan's numbers
//   decide KEY=VALUE ... a table; columns set numbers of that evidence (tests/support/
//                        gate_numbers.h), or the keys below; answers verdict, because (the clauses
//                        that decided; of a publish: "better" or "as good"), needs (confirmed
//                        people), approvals, look (that was spent), opens (whether the locked
//                        people may be looked at)
//   explain KEY=VALUE ...  the same of one case; answers lines: verdict, because (sentences),
//   unknown budget total=T looks=N months=M   answers of the next look, spent, left, replace
//
// Keys: trigger, rung, live (none: the first version; other_baseline; another digest), closed (yes:
// nobody looked at the locked people), days (since the last
// change), looks (done), months (since locked away), contributors, missing (a part of the
// evidence).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "clinical/disease_file.h"
#include "support/gate_numbers.h"
#include "support/spec_runner.h"

namespace relearn {
namespace {

constexpr std::string_view kEnding = "gate";

struct GateState {
  DiseaseFile disease;
};

struct Case {
  GateEvidence evidence;
  LiveVersion champion = ordinary_champion();
  DecisionContext context = ordinary_context();
};

template <std::size_t N>
Result<std::size_t> word_index(const std::array<std::string_view, N>& words,
                               std::string_view word) {
  for (std::size_t i = 0; i < N; ++i) {
    if (words[i] == word) return i;
  }
  return invalid_input(fmt::format("\"{}\" is none of {}", word, fmt::join(words, ", ")));
}

Result<void> take_away(GateEvidence& evidence, std::string_view part) {
  if (part == "none") return {};
  if (part == "locked")
    evidence.locked.reset();
  else if (part == "new")
    evidence.fresh.reset();
  else if (part == "pooled")
    evidence.pooled.reset();
  else if (part == "sensitivity")
    evidence.sensitivity.reset();
  else if (part == "net_benefit")
    evidence.net_benefit.reset();
  else if (part == "subgroups")
    evidence.subgroups.reset();
  else if (part == "stability")
    evidence.stability.reset();
  else if (part == "membership")
    evidence.membership.reset();
  else if (part == "contributors")
    evidence.without_contributor.reset();
  else if (part == "drift")
    evidence.drift.reset();
  else
    return invalid_input(fmt::format("\"{}\" is no part of the evidence", part));
  return {};
}

void no_look(GateEvidence& evidence) {
  evidence.look = 0;
  evidence.look_error = kNoLookError;
}

/// What is left when nobody looked at the locked people.
void close_locked(GateEvidence& evidence) {
  no_look(evidence);
  evidence.locked_closed = true;
  for (const char* part : {"locked", "pooled", "sensitivity", "net_benefit", "subgroups",
                           "stability", "contributors"}) {
    (void)take_away(evidence, part);
  }
}

void set_live(Case& one, std::string_view live) {
  if (live == "none") {
    one.champion = {};
    one.evidence.champion_digest.clear();
    one.evidence.anchor_digest.clear();
    no_look(one.evidence);
  } else if (live == "other_baseline") {
    one.context.comparison = Comparison::OtherBaseline;
    one.evidence.champion_digest.clear();
    one.evidence.anchor_digest.clear();
    no_look(one.evidence);
  } else if (live == "another") {
    one.champion.digest = some_digest('d');
  }
}

void set_contributors(GateEvidence& evidence, std::size_t count) {
  while (evidence.without_contributor->size() > count) evidence.without_contributor->pop_back();
  while (evidence.without_contributor->size() < count) {
    evidence.without_contributor->push_back(
        fine_without(fmt::format("{}", evidence.without_contributor->size() + 1)));
  }
}

/// Applies one key that is no number of the evidence; false when there is no such key.
Result<bool> set_key(Case& one, const ChangePlan& plan, std::string_view key,
                     const std::string& value) {
  const int whole = static_cast<int>(parse_number(value).value_or(0));
  if (key == "trigger") {
    one.context.trigger = static_cast<RetrainTrigger>(TRY(word_index(kTriggerWords, value)));
    if (one.context.trigger != RetrainTrigger::Erasure) return true;
    no_look(one.evidence);
  } else if (key == "rung") {
    one.evidence.change.rung = static_cast<Rung>(TRY(word_index(kRungWords, value)));
  } else if (key == "live") {
    set_live(one, value);
  } else if (key == "days") {
    one.context.days_since_change = whole;
  } else if (key == "months") {
    one.context.locked_age_months = whole;
  } else if (key == "looks") {
    one.context.looks_done = static_cast<std::uint32_t>(whole);
    if (one.evidence.look == 0) return true;  // it costs none
    one.evidence.look = one.context.looks_done + 1;
    one.evidence.look_error = look_budget(plan.locked, one.context.looks_done, 0).of_next;
  } else if (key == "contributors") {
    set_contributors(one.evidence, static_cast<std::size_t>(whole));
  } else if (key == "closed") {
    if (value == "yes") close_locked(one.evidence);
  } else if (key == "missing") {
    TRY(take_away(one.evidence, value));
  } else {
    return false;
  }
  return true;
}

constexpr std::string_view kKeys[] = {"trigger", "rung",         "live",    "days",  "looks",
                                      "months",  "contributors", "missing", "closed"};

/// find(name) gives the value of a key or number, or nothing.
template <typename Find>
Result<Case> make_case(const ChangePlan& plan, Find find) {
  Case one;
  one.evidence = fine_evidence(plan);
  for (const GateNumber& number : gate_numbers()) {
    const std::optional<std::string> value = find(number.name);
    if (!value) continue;
    if (number.name == "kappa" && *value != "-") one.evidence.drift->kappa = 1;
    if (const auto parsed = parse_number(*value)) number.set(one.evidence, *parsed);
  }
  for (const std::string_view key : kKeys) {
    if (const std::optional<std::string> value = find(key)) {
      TRY(set_key(one, plan, key, *value));
    }
  }
  return one;
}

std::string people(const std::optional<PeopleNeeded>& needed) {
  if (!needed) return "-";
  std::string text = fmt::format("{} people", needed->persons);
  if (needed->cases > 0) text += fmt::format(", {} ill", needed->cases);
  if (needed->non_cases > 0) text += fmt::format(", {} not", needed->non_cases);
  return text;
}

std::string deciding_clauses(const Verdict& verdict) {
  if (verdict.kind == VerdictKind::Publish) return verdict.superior ? "better" : "as good";
  std::vector<std::string> clauses;
  for (const VerdictReason& reason : verdict.reasons) {
    if (reason.allows != verdict.kind) continue;
    if (clauses.empty() || clauses.back() != reason.clause) clauses.push_back(reason.clause);
  }
  return fmt::format("{}", fmt::join(clauses, ", "));
}

Result<SpecAnswer> plan(SpecCommand& command, SpecState& state) {
  const std::string path = fmt::format("{}/diseases/{}.toml", RELEARN_SOURCE_DIR, command.text(0));
  DiseaseFile& disease = state.of<GateState>().disease;
  disease = TRY(load_disease_file(path));
  SpecAnswer answer;
  const std::string text = plan_text(disease.plan);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t equals = text.find(" = ", at), end = text.find('\n', at);
    answer.emplace_back(text.substr(at, equals - at), text.substr(equals + 3, end - equals - 3));
    at = end + 1;
  }
  return answer;
}

Result<SpecAnswer> decide_row(SpecCommand& command, SpecRow& row, SpecState& state) {
  const ChangePlan& plan = state.of<GateState>().disease.plan;
  const Case one = TRY(make_case(plan, [&](std::string_view name) {
    auto value = row.find(name);
    return value ? value : command.argument(name);
  }));
  const Verdict verdict = decide(plan, one.evidence, one.champion, one.context);
  return SpecAnswer{
      {"verdict", std::string(word_of(verdict.kind))},
      {"because", deciding_clauses(verdict)},
      {"needs", people(verdict.still_needed)},
      {"approvals", fmt::format("{}", verdict.approvals_needed)},
      {"look", fmt::format("{}", verdict.look)},
      {"opens", opens_locked_set(plan, one.evidence, one.champion, one.context) ? "yes" : "no"}};
}

Result<SpecAnswer> explain(SpecCommand& command, SpecState& state) {
  const ChangePlan& plan = state.of<GateState>().disease.plan;
  const Case one =
      TRY(make_case(plan, [&](std::string_view name) { return command.argument(name); }));
  const Verdict verdict = decide(plan, one.evidence, one.champion, one.context);
  SpecAnswer answer{{"verdict", std::string(word_of(verdict.kind))}};
  for (const std::string& sentence : verdict.because()) answer.emplace_back("because", sentence);
  for (const VerdictReason& reason : verdict.reasons) {
    if (reason.unknown) answer.emplace_back("unknown", reason.sentence);
  }
  answer.emplace_back("needs", people(verdict.still_needed));
  answer.emplace_back("approvals", fmt::format("{}", verdict.approvals_needed));
  return answer;
}

Result<SpecAnswer> budget_row(SpecCommand&, SpecRow& row, SpecState& state) {
  const LockedSetPlan& plan = state.of<GateState>().disease.plan.locked;
  const int looks = static_cast<int>(parse_number(row.cell("looks")).value_or(0));
  const int months = static_cast<int>(parse_number(row.cell("months")).value_or(0));
  const LookBudget budget = look_budget(plan, static_cast<std::uint32_t>(looks), months);
  return SpecAnswer{{"next", fmt::format("{:.5f}", budget.of_next)},
                    {"spent", fmt::format("{:.5f}", budget.spent)},
                    {"left", fmt::format("{:.5f}", budget.left)},
                    {"replace", budget.rotate_because.empty() ? "no" : budget.rotate_because}};
}

}  // namespace

void register_gate_commands(SpecRunner& runner) {
  runner.add_command(kEnding, "plan", plan);
  runner.add_table(kEnding, "decide", decide_row);
  runner.add_command(kEnding, "explain", explain);
  runner.add_table(kEnding, "budget", budget_row);
}

}  // namespace relearn
