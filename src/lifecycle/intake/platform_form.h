// The inputs of a row of another platform, as text, and what they mean here.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "clinical/disease_file.h"

namespace relearn {

/// Field -> what stands there, in the order of the row.
using FormFields = std::vector<std::pair<std::string, std::string>>;

/// JSON ({"chest_pain": "Asymptomatic"}) or a sentence ("Age: 50, BP: 120"). InvalidInput for
/// neither.
Result<FormFields> read_form_fields(std::string_view inputs);

/// Equal for the same fields with the same values, whichever of the two shapes they came in.
std::string form_key(const FormFields& fields);

/// The row's values, one a predictor of the disease, NaN = missing. InvalidInput for an unknown
/// field, an impossible value, or a number where only the form's word has a meaning.
Result<std::vector<double>> understand_form(const DiseaseFile& disease, const ImportedForm& form,
                                            const FormFields& fields);

}  // namespace relearn
