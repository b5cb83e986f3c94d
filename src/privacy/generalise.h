// How finely each person may be told: the fixed levels of the disease file's [privacy], finest
// first.
//
//   level 1   age 45 to 49, man   3 people    too few: they go on
//             age 50 to 54, man   6 people    told as 52, man
//   level 2   age 40 to 49, man   8 people    told as 47, man: the 3 and 5 others who went on
//   ...
//   last      any age, woman      2 people    told as 52, woman, if with those already told as 52,
//                                             woman, they are k; else suppressed
//
// A person counts once, however many rows, and goes with all rows at one level. Whether a level is
// fine enough depends on who else is there; what it says does not, so that two snapshots agree.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "clinical/anonymity.h"
#include "clinical/disease_file.h"

namespace relearn {

/// One row on its way: n of these belong to a snapshot.
struct PrivateRow {
  std::uint32_t person = 0;    // dense
  std::vector<double> values;  // one per predictor of the disease, canonical, NaN = missing
  int year = 0;                // of assessment
};

/// The predictors by which others could find a person, as indices.
std::vector<std::size_t> quasi_identifiers(const DiseaseFile& disease);

/// The band's value; the value itself without bands, when missing, or below the first band.
double banded(std::span<const Band> bands, double value);

/// For each row the level at which it is told, or kSuppressed.
inline constexpr int kSuppressed = -1;
std::vector<int> choose_levels(const DiseaseFile& disease, std::span<const PrivateRow> rows);

/// What is told of a row at a level: its quasi-identifiers and, behind them, the year (NaN: not).
std::vector<double> told(const DiseaseFile& disease, const PrivateRow& row, int level);

/// The share of what was known that is lost at a level, mean over the quasi-identifiers that are
/// there: (width of the band) / (width of all that is possible). NCP: Xu et al. 2006, KDD, 785-790.
double information_lost(const DiseaseFile& disease, const PrivateRow& row, int level);

}  // namespace relearn
