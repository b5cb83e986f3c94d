#include "clinical/record_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>

#include "clinical/cross_rule.h"
#include "clinical/unit.h"

namespace relearn {
namespace {

using Severity = Finding::Severity;

const UnitTrap* sprung_trap(const Predictor& predictor, double value) {
  const auto trap =
      std::find_if(predictor.unit_traps.begin(), predictor.unit_traps.end(),
                   [&](const UnitTrap& each) { return value >= each.low && value <= each.high; });
  return trap == predictor.unit_traps.end() ? nullptr : &*trap;
}

Finding beyond_hard_limit(const Predictor& predictor, double value) {
  const bool below = value < predictor.hard.low;
  const std::string fact =
      fmt::format("{}: {} is {} {}", predictor.id, value, below ? "below" : "above",
                  predictor.describe(below ? predictor.hard.low : predictor.hard.high));
  if (const UnitTrap* trap = sprung_trap(predictor, value)) {
    return {Severity::Quarantine, predictor.id, "unit trap",
            fmt::format("{}; is it in {}?", fact, unit_for_people(trap->likely_unit))};
  }
  return {Severity::Quarantine, predictor.id, below ? "below hard limit" : "above hard limit",
          fmt::format("{}, the {} value that can be", fact, below ? "lowest" : "highest")};
}

Finding beyond_soft_limit(const Predictor& predictor, double value) {
  const bool below = value < predictor.soft.low;
  return {Severity::Warning, predictor.id, below ? "below soft limit" : "above soft limit",
          fmt::format("{}: {} is {} {}, unlike the people the models learn from", predictor.id,
                      value, below ? "below" : "above",
                      predictor.describe(below ? predictor.soft.low : predictor.soft.high))};
}

void check_rules(const DiseaseFile& disease, std::span<const double> values,
                 std::vector<Finding>& findings) {
  for (const CrossRule& rule : disease.cross_rules) {
    if (is_kept(rule, values)) continue;
    findings.push_back({rule.quarantines ? Severity::Quarantine : Severity::Warning, "",
                        fmt::format("rule: {}", rule.text),
                        fmt::format("{} (expected: {})", rule.message, rule.text)});
  }
}

}  // namespace

void check_value(const Predictor& predictor, double value, std::vector<Finding>& findings) {
  if (std::isnan(value)) return;
  if (std::isinf(value)) {
    findings.push_back({Severity::Quarantine, predictor.id, "not finite",
                        fmt::format("{}: {} is not a finite number", predictor.id, value)});
    return;
  }
  if (predictor.is_coded()) {
    if (predictor.code(value) != nullptr) return;
    findings.push_back(
        {Severity::Quarantine, predictor.id, "unknown code",
         fmt::format("{}: {} is not one of {}", predictor.id, value, predictor.list_codes())});
    return;
  }
  if (!predictor.hard.contains(value)) {
    findings.push_back(beyond_hard_limit(predictor, value));
  } else if (predictor.kind == PredictorKind::Integer && value != std::floor(value)) {
    findings.push_back({Severity::Quarantine, predictor.id, "not a whole number",
                        fmt::format("{}: {} is not a whole number", predictor.id, value)});
  } else if (!predictor.soft.contains(value)) {
    findings.push_back(beyond_soft_limit(predictor, value));
  }
}

void check_record(const DiseaseFile& disease, std::span<const double> values,
                  std::vector<Finding>& findings) {
  assert(values.size() == disease.predictors.size());
  for (std::size_t i = 0; i < disease.predictors.size(); ++i) {
    const Predictor& predictor = disease.predictors[i];
    if (std::isnan(values[i]) && predictor.missing == MissingPolicy::Reject) {
      findings.push_back({Severity::Quarantine, predictor.id, "missing",
                          fmt::format("{}: is missing, and may not be", predictor.id)});
    }
    check_value(predictor, values[i], findings);
  }
  check_rules(disease, values, findings);
}

bool is_quarantined(std::span<const Finding> findings) {
  return std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.severity == Severity::Quarantine;
  });
}

}  // namespace relearn
