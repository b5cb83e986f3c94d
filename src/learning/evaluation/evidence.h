// How much evidence stands behind a disease's models: a tier, computed from Riley's sample-size
// criteria (learning/metrics/sample_size.h) on the people learnt from, and shown wherever a risk is
// shown. It says what the data could support, not how well a model did.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "clinical/disease_file.h"
#include "learning/cohort/cohort.h"
#include "learning/metrics/sample_size.h"

namespace relearn {

/// In order of evidence.
enum class Tier {
  Demonstration,    // too few people even for stable coefficients
  Investigational,  // stable coefficients, but optimism or overall risk not under control
  Clinical,         // all three criteria
};

std::string_view tier_name(Tier tier);  // "demonstration", "investigational", "clinical"

/// What a cohort brings to the criteria. Persons count, not rows.
struct EvidenceFacts {
  unsigned parameters = 0;  // coefficients of a main-effects model: a code each but one, a missing
                            // indicator each, a number each
  std::size_t persons = 0;
  std::size_t cases = 0;  // persons most of whose rows are cases
  bool synthetic = false;
};

EvidenceFacts evidence_facts(const Cohort& cohort);

struct EvidenceTier {
  Tier tier = Tier::Demonstration;    // as it is shown
  Tier earned = Tier::Demonstration;  // by the criteria alone
  EvidenceFacts facts;
  double anticipated_auroc = 0;
  double r_squared = 0;  // that goes with it
  SampleSize size;
  std::vector<std::string> sentences;  // for a reader: the verdict, then each criterion's numbers
};

/// Criterion 1 failed: demonstration; 2 or 3 failed: investigational; else clinical. Never above
/// the disease file's `tier_at_most`, and never above demonstration for synthetic people. NotReady
/// without both cases and non-cases.
Result<EvidenceTier> evidence_tier(const EvidenceCriteria& criteria, const EvidenceFacts& facts);

}  // namespace relearn
