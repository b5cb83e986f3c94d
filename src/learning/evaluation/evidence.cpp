#include "learning/evaluation/evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace relearn {
namespace {

constexpr std::array kTiers = {Tier::Demonstration, Tier::Investigational, Tier::Clinical};

Result<Tier> tier_named(std::string_view name) {
  for (const Tier tier : kTiers) {
    if (tier_name(tier) == name) return tier;
  }
  return invalid_input(
      fmt::format("tier_at_most is \"{}\"; it must be demonstration, "
                  "investigational or clinical",
                  name));
}

Tier earned_tier(const SampleSize& size, double persons) {
  if (persons < size.for_shrinkage) return Tier::Demonstration;
  return persons < size.needed() ? Tier::Investigational : Tier::Clinical;
}

std::string criterion(std::string_view what, double needed, std::size_t persons) {
  return fmt::format("{} needs {:.0f} people: {} are {}enough.", what, needed, persons,
                     static_cast<double>(persons) >= needed ? "" : "not ");
}

std::vector<std::string> explain(const EvidenceTier& evidence, Tier most) {
  const EvidenceFacts& facts = evidence.facts;
  std::vector<std::string> sentences;
  sentences.push_back(fmt::format("Evidence tier: {}.", tier_name(evidence.tier)));
  if (facts.synthetic) {
    sentences.push_back("The people are SYNTHETIC: they show how the program works, nothing else.");
  } else if (evidence.earned > most) {
    sentences.push_back(
        fmt::format("The numbers would allow {}; the disease file allows at most {}.",
                    tier_name(evidence.earned), tier_name(most)));
  }
  sentences.push_back(fmt::format(
      "{} people, {} of them cases, {} parameters, anticipated AUROC {:.3g} (Cox-Snell R2 {:.3f}).",
      facts.persons, facts.cases, facts.parameters, evidence.anticipated_auroc,
      evidence.r_squared));
  sentences.push_back(criterion("Shrinkage of the coefficients of at most a tenth",
                                evidence.size.for_shrinkage, facts.persons));
  sentences.push_back(criterion("Explained variation that is at most 0.05 too optimistic",
                                evidence.size.for_optimism, facts.persons));
  sentences.push_back(criterion("An overall risk known to within 0.05",
                                evidence.size.for_overall_risk, facts.persons));
  return sentences;
}

}  // namespace

std::string_view tier_name(Tier tier) {
  switch (tier) {
    case Tier::Demonstration:
      return "demonstration";
    case Tier::Investigational:
      return "investigational";
    case Tier::Clinical:
      return "clinical";
  }
  return "demonstration";
}

EvidenceFacts evidence_facts(const Cohort& cohort) {
  EvidenceFacts facts;
  facts.synthetic = cohort.synthetic;
  for (const InputColumn& column : cohort.columns) {
    facts.parameters += column.kind == PredictorKind::Category && !column.codes.empty()
                            ? static_cast<unsigned>(column.codes.size()) - 1
                            : 1;
    facts.parameters += column.missing == MissingPolicy::ImputeWithIndicator ? 1 : 0;
  }
  std::vector<int> balance;  // case rows less other rows, by person
  std::vector<bool> seen;
  for (std::size_t i = 0; i < cohort.rows(); ++i) {
    const std::size_t person = cohort.persons[i];
    if (person >= balance.size()) {
      balance.resize(person + 1, 0);
      seen.resize(person + 1, false);
    }
    balance[person] += cohort.outcomes[i] ? 1 : -1;
    seen[person] = true;
  }
  for (std::size_t person = 0; person < seen.size(); ++person) {
    if (!seen[person]) continue;
    ++facts.persons;
    facts.cases += balance[person] > 0 ? 1 : 0;
  }
  return facts;
}

Result<EvidenceTier> evidence_tier(const EvidenceCriteria& criteria, const EvidenceFacts& facts) {
  if (facts.cases == 0 || facts.cases >= facts.persons) {
    return not_ready("evidence tier is undefined: one class only");
  }
  const Tier most = TRY(tier_named(criteria.tier_at_most));
  const double prevalence = static_cast<double>(facts.cases) / static_cast<double>(facts.persons);
  EvidenceTier evidence;
  evidence.facts = facts;
  evidence.anticipated_auroc = criteria.anticipated_auroc;
  evidence.r_squared = TRY(r_squared_of_auroc(criteria.anticipated_auroc, prevalence));
  evidence.size = TRY(sample_size({facts.parameters, prevalence, evidence.r_squared}));
  evidence.earned = earned_tier(evidence.size, static_cast<double>(facts.persons));
  evidence.tier = facts.synthetic ? Tier::Demonstration : std::min(evidence.earned, most);
  evidence.sentences = explain(evidence, most);
  return evidence;
}

}  // namespace relearn
