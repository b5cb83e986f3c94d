// Measures the table [synthetic] of a disease file on real records and prints it.
//
//   benchmark_estimate_synthetic [--strength S] [--ratio ID=A | ID=A/B]... DISEASE.toml FILE...
//
// --ratio: the column is modelled as a multiple of A (divided by B), so that rules between them
// hold. Only aggregates are printed: shares, quantiles with at least five people beyond the
// outermost, correlations drawn towards zero, one AUROC per column (as a shift).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "base/normal.h"
#include "base/text.h"
#include "learning/cohort/assemble.h"
#include "learning/cohort/synthetic_model.h"
#include "learning/metrics/auroc.h"

namespace relearn {
namespace {

constexpr double kPeopleBeyond = 5;
constexpr double kLowestLevel = 0.02;
constexpr std::size_t kCodesMax = 6;  // a whole number with at most so many values is kept as codes
constexpr double kShrinkStep = 0.05;
constexpr double kPivotMin = 0.03;

struct Ratio {
  std::size_t times = 0;
  int over = -1;
};

/// All rows of all files: one column per predictor, then who and what.
struct Records {
  std::vector<std::vector<double>> columns;
  std::vector<std::uint8_t> outcomes;
  std::vector<std::uint32_t> persons;
  std::size_t people = 0;
};

Records join(const DiseaseFile& disease, std::span<const SourceReading> readings) {
  Records records;
  records.columns.resize(disease.predictors.size());
  for (const SourceReading& reading : readings) {
    for (std::size_t j = 0; j < records.columns.size(); ++j) {
      records.columns[j].insert(records.columns[j].end(), reading.columns[j].begin(),
                                reading.columns[j].end());
    }
    records.outcomes.insert(records.outcomes.end(), reading.outcomes.begin(),
                            reading.outcomes.end());
    for (const std::uint32_t person : reading.persons) {
      records.persons.push_back(static_cast<std::uint32_t>(records.people) + person);
    }
    records.people += reading.counts.persons;
  }
  return records;
}

std::vector<double> present(std::span<const double> values) {
  std::vector<double> kept;
  for (const double value : values) {
    if (!std::isnan(value)) kept.push_back(value);
  }
  return kept;
}

/// Hyndman & Fan 1996, Am Stat 50:361, type 7, rounded to three digits.
double quantile(std::vector<double> values, double level) {
  std::sort(values.begin(), values.end());
  const double at = level * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  const double exact =
      values[below] + (at - static_cast<double>(below)) * (values[above] - values[below]);
  return *parse_number(fmt::format("{:.3g}", exact));
}

/// Normal scores of the mid-ranks within each class; NaN stays. Van der Waerden 1952.
std::vector<double> normal_scores(std::span<const double> values,
                                  std::span<const std::uint8_t> outcomes) {
  std::vector<double> scores(values.size(), std::nan(""));
  for (int of_class = 0; of_class < 2; ++of_class) {
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (outcomes[i] == of_class && !std::isnan(values[i])) rows.push_back(i);
    }
    std::sort(rows.begin(), rows.end(),
              [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    for (std::size_t from = 0; from < rows.size();) {
      std::size_t to = from;
      while (to < rows.size() && values[rows[to]] == values[rows[from]]) ++to;
      const double rank = 0.5 * static_cast<double>(from + to) / static_cast<double>(rows.size());
      for (; from < to; ++from) scores[rows[from]] = normal_quantile(rank);
    }
  }
  return scores;
}

/// Over the rows that have both.
double correlation(std::span<const double> a, std::span<const double> b) {
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::isnan(a[i]) || std::isnan(b[i])) continue;
    ab += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  return aa * bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

/// Intraclass correlation of the scores, one-way analysis of variance (Shrout & Fleiss 1979).
double intraclass(std::span<const double> scores, std::span<const std::uint32_t> persons,
                  std::size_t people) {
  std::vector<double> sums(people), squares(people), counts(people);
  double total = 0, n = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (std::isnan(scores[i])) continue;
    sums[persons[i]] += scores[i];
    squares[persons[i]] += scores[i] * scores[i];
    counts[persons[i]] += 1;
    total += scores[i];
    n += 1;
  }
  double between = 0, within = 0, groups = 0;
  for (std::size_t p = 0; p < people; ++p) {
    if (counts[p] == 0) continue;
    const double mean = sums[p] / counts[p];
    between += counts[p] * (mean - total / n) * (mean - total / n);
    within += squares[p] - counts[p] * mean * mean;
    groups += 1;
  }
  const double each = n / groups;
  const double b = between / (groups - 1), w = within / std::max(n - groups, 1.0);
  return b + (each - 1) * w > 0 ? std::clamp((b - w) / (b + (each - 1) * w), 0.0, 0.99) : 0;
}

int decimals_of(std::span<const double> values) {
  for (int decimals = 0; decimals < 6; ++decimals) {
    const double power = std::pow(10.0, decimals);
    const bool enough = std::all_of(values.begin(), values.end(), [&](double value) {
      return static_cast<float>(std::round(value * power) / power) == static_cast<float>(value);
    });
    if (enough) return decimals;
  }
  return 6;
}

/// Rounded to `digits` decimals, without "-0".
std::string text(double value, int digits) {
  return fmt::format("{}",
                     std::round(value * std::pow(10.0, digits)) / std::pow(10.0, digits) + 0.0);
}

/// Values spread evenly on the scale of normal scores.
std::vector<double> choose_levels(std::size_t people) {
  const double lowest = std::max(kLowestLevel, kPeopleBeyond / static_cast<double>(people));
  const double end = normal_quantile(std::ceil(lowest * 100) / 100);
  const std::size_t count = lowest > 0.1 ? 5 : kQuantilesMax;
  std::vector<double> levels;
  for (std::size_t k = 0; k < count; ++k) {
    const double z = end * (1 - 2 * static_cast<double>(k) / static_cast<double>(count - 1));
    levels.push_back(std::round(normal_cdf(z) * 1000) / 1000);
  }
  return levels;
}

void print_codes(std::span<const double> values, std::span<const std::uint8_t> outcomes) {
  std::map<double, std::array<double, 2>> counts;
  std::array<double, 2> total{};
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    counts[values[i]][outcomes[i]] += 1;
    total[outcomes[i]] += 1;
  }
  std::vector<std::string> codes, without, with;
  for (const auto& [value, count] : counts) {
    codes.push_back(text(value, 0));
    without.push_back(text(count[0] / total[0], 3));
    with.push_back(text(count[1] / total[1], 3));
  }
  fmt::print("values = [{}]\nshares_without = [{}]\nshares_with = [{}]\n", fmt::join(codes, ", "),
             fmt::join(without, ", "), fmt::join(with, ", "));
}

void print_measured(std::span<const double> all, std::span<const std::uint8_t> outcomes,
                    std::span<const double> levels) {
  const std::vector<double> values = present(all);
  std::vector<double> q;
  for (const double level : levels) q.push_back(quantile(values, level));
  const double middle = q[q.size() / 2];
  const bool constant = q.back() - q.front() < 0.01 * std::fabs(middle);
  if (constant) std::fill(q.begin(), q.end(), middle);
  const auto skew = [&](auto&& scale) {
    const double low = scale(q.front()), high = scale(q.back());
    return std::fabs((low + high - 2 * scale(middle)) / (high - low));
  };
  const bool log = !constant && q.front() > 0 &&
                   skew([](double x) { return std::log(x); }) < skew([](double x) { return x; });
  std::vector<std::uint8_t> known;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!std::isnan(all[i])) known.push_back(outcomes[i]);
  }
  const auto measured = auroc(known, values, {}, IntervalMethod::Asymptotic);
  const double shift =
      constant || !measured.ok() ? 0 : std::sqrt(2.0) * normal_quantile(measured.value().value);
  fmt::print("quantiles = [{}]\nscale = \"{}\"\nshift = {}\n", fmt::join(q, ", "),
             log ? "log" : "linear", text(shift, 2));
}

/// Drawn towards zero until it is well inside what correlations can be.
void print_correlation(std::span<const std::vector<double>> scores) {
  std::vector<std::vector<double>> lower(scores.size());
  for (double shrink = 0;; shrink += kShrinkStep) {
    for (std::size_t i = 0; i < scores.size(); ++i) {
      lower[i].assign(i + 1, 1.0);
      for (std::size_t k = 0; k < i; ++k) {
        lower[i][k] = std::round((1 - shrink) * correlation(scores[i], scores[k]) * 100) / 100;
      }
    }
    const auto factor = cholesky(lower);
    const bool inside = std::all_of(factor.begin(), factor.end(), [](const auto& row) {
      return row.back() * row.back() > kPivotMin;
    });
    if (!factor.empty() && inside) break;
  }
  fmt::print("correlation = [\n");
  for (const auto& row : lower) {
    std::vector<std::string> cells;
    for (const double value : row) cells.push_back(text(value, 2));
    fmt::print("  [{}],\n", fmt::join(cells, ", "));
  }
  fmt::print("]\n");
}

void print_column(const DiseaseFile& disease, const Records& records, std::size_t j,
                  const std::map<std::size_t, Ratio>& ratios, std::span<const double> modelled,
                  std::span<const double> levels) {
  const Predictor& predictor = disease.predictors[j];
  const std::vector<double>& values = records.columns[j];
  std::array<double, 2> missing{}, total{};
  for (std::size_t i = 0; i < values.size(); ++i) {
    missing[records.outcomes[i]] += std::isnan(values[i]);
    total[records.outcomes[i]] += 1;
  }
  fmt::print("\n[[synthetic.columns]]\npredictor = \"{}\"\n", predictor.id);
  if (missing[0] + missing[1] > 0) {
    fmt::print("missing = [{}, {}]\n", text(missing[0] / total[0], 3),
               text(missing[1] / total[1], 3));
  }
  std::vector<double> distinct = present(values);
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  if (predictor.is_coded() ||
      (predictor.kind == PredictorKind::Integer && distinct.size() <= kCodesMax)) {
    print_codes(values, records.outcomes);
    return;
  }
  print_measured(modelled, records.outcomes, levels);
  fmt::print("decimals = {}\n", decimals_of(present(values)));
  if (const auto ratio = ratios.find(j); ratio != ratios.end()) {
    fmt::print("times = \"{}\"\n", disease.predictors[ratio->second.times].id);
    if (ratio->second.over >= 0) {
      fmt::print("over = \"{}\"\n",
                 disease.predictors[static_cast<std::size_t>(ratio->second.over)].id);
    }
  }
}

void print_model(const DiseaseFile& disease, const Records& records,
                 const std::map<std::size_t, Ratio>& ratios, double strength,
                 const std::string& source) {
  std::vector<std::vector<double>> modelled = records.columns;
  for (const auto& [j, ratio] : ratios) {
    for (std::size_t i = 0; i < modelled[j].size(); ++i) {
      modelled[j][i] /= records.columns[ratio.times][i];
      if (ratio.over >= 0) {
        modelled[j][i] *= records.columns[static_cast<std::size_t>(ratio.over)][i];
      }
    }
  }
  std::vector<std::vector<double>> scores;
  std::vector<double> within;
  for (const std::vector<double>& column : modelled) {
    scores.push_back(normal_scores(column, records.outcomes));
    within.push_back(intraclass(scores.back(), records.persons, records.people));
  }
  std::sort(within.begin(), within.end());
  const auto rows = static_cast<double>(records.outcomes.size());
  const double ill = std::accumulate(records.outcomes.begin(), records.outcomes.end(), 0.0);
  const std::vector<double> levels = choose_levels(records.people);
  fmt::print("[synthetic]\nsource = \"{}\"\nprevalence = {}\nstrength = {}\n", source,
             text(ill / rows, 3), strength);
  const double each = std::round(rows / static_cast<double>(records.people));
  if (each > 1) {
    fmt::print("rows_per_person = {}\nwithin_person_correlation = {}\n", each,
               text(within[within.size() / 2], 2));
  }
  fmt::print("levels = [{}]\n", fmt::join(levels, ", "));
  print_correlation(scores);
  for (std::size_t j = 0; j < modelled.size(); ++j) {
    print_column(disease, records, j, ratios, modelled[j], levels);
  }
}

/// "ID=A" or "ID=A/B"
Result<void> read_ratio(const DiseaseFile& disease, std::string_view argument,
                        std::map<std::size_t, Ratio>& ratios) {
  const auto sides = split(argument, '=');
  const auto parts = split(sides.back(), '/');
  const int of = disease.find(sides.front()), times = disease.find(parts.front());
  const int over = parts.size() == 2 ? disease.find(parts.back()) : -1;
  if (sides.size() != 2 || of < 0 || times < 0 || (parts.size() == 2 && over < 0)) {
    return invalid_input(
        fmt::format("--ratio {}: names no predictors of {}", argument, disease.id));
  }
  ratios[static_cast<std::size_t>(of)] = {static_cast<std::size_t>(times), over};
  return {};
}

Result<void> run(std::span<char*> arguments) {
  double strength = 1;
  std::vector<std::string> ratio_texts, files;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string argument = arguments[i];
    if (argument == "--strength" && i + 1 < arguments.size()) {
      strength = parse_number(arguments[++i]).value_or(1);
    } else if (argument == "--ratio" && i + 1 < arguments.size()) {
      ratio_texts.emplace_back(arguments[++i]);
    } else {
      files.push_back(argument);
    }
  }
  if (files.size() < 2) {
    return invalid_input("usage: [--strength S] [--ratio ID=A/B]... DISEASE.toml FILE...");
  }
  const DiseaseFile disease = TRY(load_disease_file(files[0]));
  std::map<std::size_t, Ratio> ratios;
  for (const std::string& ratio : ratio_texts) TRY(read_ratio(disease, ratio, ratios));
  std::vector<SourceReading> readings;
  std::string source = "aggregates of";
  const CancelToken cancel;
  for (std::size_t i = 1; i < files.size(); ++i) {
    readings.push_back(TRY(read_source(disease, files[i], "", cancel)));
    source += (i == 1 ? " " : ", ") + std::filesystem::path(files[i]).filename().string();
  }
  print_model(disease, join(disease, readings), ratios, strength, source);
  return {};
}

}  // namespace
}  // namespace relearn

int main(int argc, char** argv) {
  const auto done = relearn::run(std::span(argv + 1, static_cast<std::size_t>(argc - 1)));
  if (done.ok()) return 0;
  fmt::print(stderr, "{}\n", done.error().message);
  return 2;
}
