// Invented identifiers of all 18 kinds of 45 CFR 164.514(b)(2), in many spellings, English and
// Marathi, made so that no four bytes of one can be in an honest output by chance: their digits are
// 5 to 9 where honest values have 0 to 4, their words are of syllables that no word of ours has.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"

namespace relearn {

struct PlantedIdentifier {
  char kind = 'A';  // A to R, as in the regulation
  std::string text;
};

/// The next one of this kind.
PlantedIdentifier plant(char kind, Random& random);

/// A name of a field that would hold it.
std::string field_for(char kind, Random& random);

/// The first piece of four bytes of `identifier` that is somewhere in `output`; empty: none is.
std::string piece_in(std::string_view identifier, std::string_view output);

}  // namespace relearn
