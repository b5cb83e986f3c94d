// An assessment in plain sentences, written from its own reasons. Nobody else is asked, and nothing
// leaves the platform for it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lifecycle/serving/assessment.h"
#include "pages/phrases.h"

namespace relearn {

/// In the language of the phrases; "en" where the disease file has no text in it.
std::string_view in_language(const Text& text, std::string_view language);

/// What a reader reads for a value of a predictor: "145 mmHg", "छातीत दुखत नाही".
std::string value_text(const Predictor& predictor, double value, const Phrases& say);

/// values: all predictors in file order, as they were assessed. tier: of the model, "" for none.
std::string assessment_text(const DiseaseFile& disease, const Assessment& assessment,
                            const std::vector<double>& values, std::string_view tier,
                            const Phrases& say);

}  // namespace relearn
