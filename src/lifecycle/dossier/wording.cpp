#include "lifecycle/dossier/wording.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace relearn {

std::string Wording::in(const Text& text) const {
  const auto found = text.find(phrases_.language());
  return found != text.end() ? found->second : text.at("en");
}

std::string Wording::input(std::string_view id) const {
  const int index = case_.disease().find(id);
  return index < 0 ? std::string(id)
                   : in(case_.disease().predictors[static_cast<std::size_t>(index)].label);
}

std::string Wording::group(std::string_view id, const std::string& label) const {
  if (id == "everybody") return say("chart.everybody");
  const auto& groups = case_.disease().subgroups;
  const auto found = std::ranges::find(groups, id, &Subgroup::id);
  return found == groups.end() ? label : in(found->label);
}

std::string Wording::metric(std::string_view id) const {
  const std::string key = fmt::format("metric.{}", id);
  return phrases_.has(key) ? say(key) : std::string(id);
}

std::string Wording::verdict() const {
  return say(fmt::format("verdict.{}", word_of(case_.verdict().kind)));
}

std::string Wording::clause(const std::string& id) const {
  const std::string key = "clause." + id;
  return phrases_.has(key) ? say(key) : id;
}

std::string Wording::standards() const {
  std::vector<std::string> names;
  for (const ReferenceStandard& standard : case_.disease().outcome.reference_standards) {
    if (standard.trains) names.push_back(in(standard.label));
  }
  return joined(names);
}

std::vector<std::string> Wording::groups_too_small() const {
  std::vector<std::string> names;
  const auto& groups = case_.facts.evidence.subgroups;
  if (!groups) {  // nothing was compared: by the report's own rule
    for (const GroupReport& report : case_.found.report.groups) {
      if (!report.not_estimable_because.empty()) names.push_back(group(report));
    }
    return names;
  }
  const PeopleNeeded& least = case_.disease().plan.safety.subgroup;
  for (const SubgroupEvidence& one : *groups) {
    if (one.people.cases < static_cast<std::uint64_t>(least.cases) ||
        one.people.non_cases < static_cast<std::uint64_t>(least.non_cases)) {
      names.push_back(group(one.id, one.label));
    }
  }
  return names;
}

std::string Wording::number(std::int64_t count) { return fmt::format("{}", count); }
std::string Wording::hundredths(double share) { return fmt::format("{:.0f}", 100 * share); }
std::string Wording::percent(double share) {
  return fmt::format("{:.3g}", std::round(1000 * share) / 10);
}
std::string Wording::figure(double value) { return fmt::format("{:.3f}", value); }

std::string Wording::figure(const Estimate& estimate) {
  if (!std::isfinite(estimate.low) || !std::isfinite(estimate.high)) return figure(estimate.value);
  return fmt::format("{:.3f} ({:.3f} – {:.3f})", estimate.value, estimate.low, estimate.high);
}

std::string Wording::figure(const Measurement* measured) const {
  if (measured == nullptr || !measured->defined()) return say("value.undefined");
  return figure(measured->estimate);
}

std::string Wording::moment() const {
  const std::string text = to_text(case_.facts.at);  // 2026-11-24T10:20:30Z
  return text.substr(0, 10) + " " + text.substr(11, 5) + " UTC";
}

std::string joined(std::span<const std::string> parts, std::string_view between) {
  return fmt::format("{}", fmt::join(parts, between));
}

}  // namespace relearn
