#include "learning/cohort/synthetic_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "clinical/table_reader.h"

namespace relearn {
namespace {

constexpr double kShareTolerance = 0.02;  // shares are written with two or three digits

std::vector<double> numbers_of(TableReader& in, std::string_view key,
                               std::span<const TomlNode> items) {
  std::vector<double> numbers;
  for (const TomlNode& item : items) {
    if (item.kind == TomlNode::Kind::Integer) {
      numbers.push_back(static_cast<double>(item.integer));
    } else if (item.kind == TomlNode::Kind::Real && std::isfinite(item.real)) {
      numbers.push_back(item.real);
    } else {
      in.refuse(key, fmt::format("key \"{}\" must hold finite numbers only", key));
    }
  }
  return numbers;
}

std::vector<double> numbers(TableReader& in, std::string_view key) {
  return numbers_of(in, key, in.tables(key));
}

bool is_share(double value) { return value >= 0 && value <= 1; }

/// A share per code, made to add up to exactly 1.
std::vector<double> shares(TableReader& in, std::string_view key, std::size_t count) {
  std::vector<double> shares = numbers(in, key);
  double sum = 0;
  for (const double share : shares) sum += share;
  const bool all_shares = std::all_of(shares.begin(), shares.end(), is_share);
  if (shares.size() != count || !all_shares || std::fabs(sum - 1) > kShareTolerance) {
    in.refuse(key, fmt::format("key \"{}\" must be {} shares that add up to 1", key, count));
  }
  for (double& share : shares) share /= sum;
  return shares;
}

/// The number of the earlier column of this predictor, or -1.
int earlier_column(TableReader& in, std::string_view key, const DiseaseFile& disease,
                   std::span<const SyntheticColumn> columns) {
  if (!in.has(key)) return -1;
  const int predictor = disease.find(in.text(key));
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const bool measured = !columns[i].quantiles.empty();
    if (measured && static_cast<int>(columns[i].predictor) == predictor) return static_cast<int>(i);
  }
  in.refuse(key, fmt::format("key \"{}\" must name a measured column above this one", key));
  return -1;
}

void read_measured(TableReader& in, const DiseaseFile& disease, const SyntheticModel& model,
                   SyntheticColumn& column) {
  constexpr std::string_view kScales[] = {"linear", "log"};
  column.quantiles = numbers(in, "quantiles");
  column.scale = static_cast<SyntheticColumn::Scale>(in.choice("scale", kScales, 0));
  column.shift = in.number_or("shift", 0);
  column.decimals = in.integer_or("decimals", 0);
  column.times = earlier_column(in, "times", disease, model.columns);
  column.over = earlier_column(in, "over", disease, model.columns);
  if (column.quantiles.size() != model.levels.size() ||
      !std::is_sorted(column.quantiles.begin(), column.quantiles.end())) {
    in.refuse("quantiles",
              fmt::format("key \"quantiles\" must be {} ascending numbers, one per level",
                          model.levels.size()));
  } else if (column.scale == SyntheticColumn::Scale::Log && column.quantiles.front() <= 0) {
    in.refuse("quantiles", "quantiles on a log scale must be above 0");
  }
  if (column.decimals < 0 || column.decimals > 9) {
    in.refuse("decimals", "key \"decimals\" must be 0 to 9");
  }
}

void read_coded(TableReader& in, const Predictor& predictor, SyntheticColumn& column) {
  column.values = numbers(in, "values");
  column.shares = {shares(in, "shares_without", column.values.size()),
                   shares(in, "shares_with", column.values.size())};
  for (const double value : column.values) {
    if (predictor.is_coded() ? predictor.code(value) != nullptr : predictor.hard.contains(value)) {
      continue;
    }
    in.refuse("values", fmt::format("{} is no value of {}", value, predictor.id));
  }
}

Result<SyntheticColumn> read_column(const TomlNode& node, const std::string& file,
                                    const DiseaseFile& disease, const SyntheticModel& model) {
  TableReader in(node, file, fmt::format("column {}", model.columns.size() + 1));
  SyntheticColumn column;
  const int predictor = disease.find(in.text("predictor"));
  if (predictor < 0) {
    in.refuse("predictor", "key \"predictor\" names no predictor of this disease");
    return in.finish().take_error();
  }
  column.predictor = static_cast<std::size_t>(predictor);
  const Predictor& of = disease.predictors[column.predictor];
  if (in.has("missing")) {
    const std::vector<double> missing = numbers(in, "missing");
    if (missing.size() != 2 || !std::all_of(missing.begin(), missing.end(), is_share)) {
      in.refuse("missing", "key \"missing\" must be two shares, [without the disease, with it]");
    } else {
      column.missing = {missing[0], missing[1]};
    }
    if (of.missing == MissingPolicy::Reject && column.missing[0] + column.missing[1] > 0) {
      in.refuse("missing", fmt::format("{} may not be missing", of.id));
    }
  }
  if (in.has("values")) {
    read_coded(in, of, column);
  } else {
    read_measured(in, disease, model, column);
  }
  TRY(in.finish());
  return column;
}

void read_correlation(TableReader& in, SyntheticModel& model) {
  for (const TomlNode& row : in.tables("correlation")) {
    model.correlation.push_back(numbers_of(in, "correlation", row.items));
    if (model.correlation.back().size() != model.correlation.size() ||
        model.correlation.back().back() != 1) {
      in.refuse("correlation", fmt::format("row {} of the correlations must be that many numbers, "
                                           "the last of them 1",
                                           model.correlation.size()));
      return;
    }
  }
}

void read_head(TableReader& in, SyntheticModel& model) {
  in.text("source");
  model.prevalence = in.number("prevalence");
  model.strength = in.number_or("strength", 1);
  model.rows_per_person = in.integer_or("rows_per_person", 1);
  model.within_person_correlation = in.number_or("within_person_correlation", 0);
  model.levels = numbers(in, "levels");
  read_correlation(in, model);
  if (model.prevalence <= 0 || model.prevalence >= 1) {
    in.refuse("prevalence", "key \"prevalence\" must be between 0 and 1");
  }
  if (model.strength < 0 || model.strength > 1.5) {
    in.refuse("strength", "key \"strength\" must be 0 to 1.5");
  }
  if (model.rows_per_person < 1 || model.rows_per_person > kRowsPerPersonMax) {
    in.refuse("rows_per_person",
              fmt::format("key \"rows_per_person\" must be 1 to {}", kRowsPerPersonMax));
  }
  if (!is_share(model.within_person_correlation)) {
    in.refuse("within_person_correlation", "key \"within_person_correlation\" must be 0 to 1");
  }
  const bool inside = std::all_of(model.levels.begin(), model.levels.end(),
                                  [](double level) { return level > 0 && level < 1; });
  if (model.levels.size() < 2 || model.levels.size() > kQuantilesMax || !inside ||
      std::adjacent_find(model.levels.begin(), model.levels.end(), std::greater_equal<>()) !=
          model.levels.end()) {
    in.refuse("levels", fmt::format("key \"levels\" must be 2 to {} ascending numbers in (0, 1)",
                                    kQuantilesMax));
  }
}

}  // namespace

std::vector<std::vector<double>> cholesky(const std::vector<std::vector<double>>& lower) {
  constexpr double kPivotMin = 1e-6;
  std::vector<std::vector<double>> factor = lower;
  for (std::size_t i = 0; i < lower.size(); ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = lower[i][j];
      for (std::size_t k = 0; k < j; ++k) sum -= factor[i][k] * factor[j][k];
      if (i == j && !(sum > kPivotMin)) return {};
      factor[i][j] = i == j ? std::sqrt(sum) : sum / factor[j][j];
    }
  }
  return factor;
}

Result<SyntheticModel> read_synthetic_model(const DiseaseFile& disease) {
  if (disease.synthetic_toml.empty()) {
    return not_ready(fmt::format("{}: its disease file has no table [synthetic]", disease.id));
  }
  const std::string file = disease.id + " [synthetic]";
  const TomlNode root = TRY(parse_toml(disease.synthetic_toml, file));
  TableReader in(root, file, "");
  SyntheticModel model;
  read_head(in, model);
  const std::span<const TomlNode> columns = in.tables("columns");
  TRY(in.finish());
  std::set<std::size_t> seen;
  for (const TomlNode& node : columns) {
    model.columns.push_back(TRY(read_column(node, file, disease, model)));
    if (!seen.insert(model.columns.back().predictor).second) {
      return invalid_input(fmt::format("{}: {} is there twice", file,
                                       disease.predictors[model.columns.back().predictor].id));
    }
  }
  if (model.columns.size() != disease.predictors.size()) {
    return invalid_input(fmt::format("{}: {} columns for {} predictors", file, model.columns.size(),
                                     disease.predictors.size()));
  }
  if (model.correlation.size() != model.columns.size()) {
    return invalid_input(fmt::format("{}: {} rows of correlations for {} columns", file,
                                     model.correlation.size(), model.columns.size()));
  }
  model.factor = cholesky(model.correlation);
  if (model.factor.empty()) {
    return invalid_input(file + ": the correlations contradict each other (not positive definite)");
  }
  return model;
}

}  // namespace relearn
