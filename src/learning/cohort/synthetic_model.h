// The model that invented people are drawn from: aggregate statistics of real people, no row of
// them. It stands as the table [synthetic] in the disease file; docs/formats/cohort_file.md
// explains each key, benchmarks/estimate_synthetic.cpp measures the numbers.
//
// A person is ill with probability `prevalence`. Each row of a person draws one latent normal per
// column; latents are correlated between columns (Gaussian copula, Nelsen 2006, An Introduction to
// Copulas, section 2.3; here the same in both classes) and between rows of a person. A measured
// column shifts its latent by `shift` in the ill and turns it into a value through a coarse table
// of quantiles; a coded one cuts it at the class's shares.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "base/result.h"
#include "clinical/disease_file.h"

namespace relearn {

/// More rows per person, columns or quantiles than this are a mistake.
inline constexpr int kRowsPerPersonMax = 1000;
/// Quantile tables stay coarse: nobody's own value shall be read off them.
inline constexpr std::size_t kQuantilesMax = 9;

struct SyntheticColumn {
  enum class Scale { Linear, Log };

  std::size_t predictor = 0;        // index in the disease
  std::array<double, 2> missing{};  // share without a value: [without the disease, with it]

  // A measured column: value = quantile(latent) * value of `times` / value of `over`.
  std::vector<double> quantiles;  // ascending, at the model's levels; empty: a coded column
  Scale scale = Scale::Linear;    // on which values lie between and beyond quantiles
  double shift = 0;               // of the latent's mean, ill against well, in standard deviations
  int decimals = 0;
  int times = -1;  // indices of earlier columns of the model, or -1
  int over = -1;

  // A coded column.
  std::vector<double> values;
  std::array<std::vector<double>, 2> shares;  // by class; each adds up to 1
};

struct SyntheticModel {
  double prevalence = 0.5;
  double strength = 1;  // multiplies every difference between the classes
  int rows_per_person = 1;
  double within_person_correlation = 0;
  std::vector<double> levels;  // of the quantile tables, ascending, in (0, 1)
  std::vector<SyntheticColumn> columns;
  std::vector<std::vector<double>> correlation;  // lower triangle with diagonal, order of columns
  std::vector<std::vector<double>> factor;       // its Cholesky factor, same shape
};

/// The Cholesky factor of a lower triangle; empty when that is no correlation matrix.
std::vector<std::vector<double>> cholesky(const std::vector<std::vector<double>>& lower);

/// NotReady when the disease file has no table [synthetic]; InvalidInput, with the place, when it
/// is wrong.
Result<SyntheticModel> read_synthetic_model(const DiseaseFile& disease);

}  // namespace relearn
