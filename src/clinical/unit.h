// Units of measurement as UCUM writes them (unitsofmeasure.org), and as people do.
#pragma once

#include <string>
#include <string_view>

namespace relearn {

/// True for a unit of the UCUM grammar (section 2.2) over the atoms that medicine uses:
/// "mm[Hg]", "mmol/L", "u[IU]/mL", "kg/m2", "{#}", "1".
bool is_ucum_unit(std::string_view text);

/// The same unit for a reader: "mmHg", "µIU/mL", "kg/m²", "years"; empty for counts and ratios.
std::string unit_for_people(std::string_view ucum);

/// Spelling that ignores case, spaces, brackets and the two signs for micro: "mm Hg" and "mm[Hg]"
/// have the same. Only for comparing what a person wrote with the units that one predictor accepts.
std::string unit_spelling(std::string_view unit);

}  // namespace relearn
