// Does a value hold something by which a person could be found? Everything passes that is a
// predictor's value and nothing else does; detectors only give the reason a name, so that a kind of
// identifier nobody thought of is stopped all the same.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clinical/disease_file.h"

namespace relearn {

/// Why the text may not pass as a value of the predictor, as a few countable words ("e-mail
/// address", "long digit run", "free text" ...); nothing when it may: an empty text or a word for
/// missing, a declared code or its word, a number alone or with a unit of the predictor.
///
/// A number of 7 digits or more in a row (45 CFR 164.514(b)(2): record, account, licence, telephone
/// numbers) never passes, unless it is a conversion: at most 6 significant digits in one of the
/// predictor's units. Devanagari and full-width digits count as digits.
std::optional<std::string> residual_identifier(const Predictor& predictor, std::string_view text);

/// Every reason that residual_identifier() can give.
std::vector<std::string> residual_reasons();

}  // namespace relearn
