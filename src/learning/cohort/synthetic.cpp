#include "learning/cohort/synthetic.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "base/normal.h"
#include "base/random.h"
#include "clinical/record_check.h"
#include "clinical/synthetic_mark.h"
#include "learning/cohort/baseline.h"
#include "learning/cohort/synthetic_model.h"

namespace relearn {
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;
constexpr int kDrawsMax = 100;  // of a row, and of a person
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// Where the distribution of a latent whose mean is -d p in the well and d (1 - p) in the ill (p
/// the prevalence; the mean of all is 0) reaches `level`.
double latent_quantile(double level, double shift, double prevalence) {
  double low = -20, high = 20;
  for (int step = 0; step < 80; ++step) {
    const double middle = 0.5 * (low + high);
    const double reached = prevalence * normal_cdf(middle - shift * (1 - prevalence)) +
                           (1 - prevalence) * normal_cdf(middle + shift * prevalence);
    (reached < level ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

/// Turns the latent of one column into a value. Everything that does not depend on the row is
/// worked out once.
class ColumnMaker {
 public:
  ColumnMaker(const SyntheticColumn& column, const SyntheticModel& model,
              const Predictor& predictor)
      : column_(column), allowed_(predictor.hard), power_(std::pow(10.0, column.decimals)) {
    if (column.quantiles.empty()) {
      prepare_codes(model);
      return;
    }
    // Values of its own stay where real ones were seen; what is computed from others may not.
    if (column.times < 0 && column.over < 0) allowed_ = predictor.soft;
    const double shift = model.strength * column.shift;
    means_ = {-shift * model.prevalence, shift * (1 - model.prevalence)};
    for (std::size_t k = 0; k < model.levels.size(); ++k) {
      at_.push_back(latent_quantile(model.levels[k], shift, model.prevalence));
      const double q = column.quantiles[k];
      to_.push_back(column.scale == SyntheticColumn::Scale::Log ? std::log(q) : q);
    }
  }

  /// values: of the columns before this one.
  double make(double latent, int outcome, std::span<const double> values) const {
    if (column_.quantiles.empty()) {
      const auto& cuts = cuts_[static_cast<std::size_t>(outcome)];
      const auto code = std::upper_bound(cuts.begin(), cuts.end(), latent) - cuts.begin();
      return column_.values[static_cast<std::size_t>(code)];
    }
    double value = quantile(latent + means_[static_cast<std::size_t>(outcome)]);
    if (column_.times >= 0) value *= values[static_cast<std::size_t>(column_.times)];
    if (column_.over >= 0) value /= values[static_cast<std::size_t>(column_.over)];
    value = std::clamp(value, allowed_.low, allowed_.high);
    return std::round(value * power_) / power_;
  }

 private:
  void prepare_codes(const SyntheticModel& model) {
    for (std::size_t c = 0; c < 2; ++c) {
      double sum = 0;
      for (std::size_t k = 0; k + 1 < column_.values.size(); ++k) {
        const double of_all =
            model.prevalence * column_.shares[1][k] + (1 - model.prevalence) * column_.shares[0][k];
        sum += of_all + model.strength * (column_.shares[c][k] - of_all);
        cuts_[c].push_back(sum <= 0   ? -std::numeric_limits<double>::infinity()
                           : sum >= 1 ? std::numeric_limits<double>::infinity()
                                      : normal_quantile(sum));
      }
    }
  }

  /// Straight lines between the quantiles, over the latent; the outer ones go on.
  double quantile(double latent) const {
    const auto above = std::upper_bound(at_.begin() + 1, at_.end() - 1, latent);
    const auto k = static_cast<std::size_t>(above - at_.begin());
    const double slope = (to_[k] - to_[k - 1]) / (at_[k] - at_[k - 1]);
    const double value = to_[k - 1] + slope * (latent - at_[k - 1]);
    return column_.scale == SyntheticColumn::Scale::Log ? std::exp(value) : value;
  }

  const SyntheticColumn& column_;
  Range allowed_;
  double power_ = 1;
  std::array<double, 2> means_{};
  std::vector<double> at_, to_;  // latent and value of each level
  std::array<std::vector<double>, 2> cuts_;
};

/// Writes a number of at most nine decimals without trailing zeros; 0.5, not .5.
void append_number(std::string& text, double value, int decimals) {
  double power = 1;
  for (int i = 0; i < decimals; ++i) power *= 10;
  auto scaled = static_cast<std::int64_t>(std::llround(std::fabs(value) * power));
  for (; decimals > 0 && scaled % 10 == 0; --decimals) scaled /= 10;
  if (value < 0 && scaled > 0) text.push_back('-');
  char digits[24];
  char* at = digits + sizeof digits;
  for (int i = 0; scaled > 0 || i <= decimals; ++i) {
    if (i == decimals && decimals > 0) *--at = '.';
    *--at = static_cast<char>('0' + scaled % 10);
    scaled /= 10;
  }
  text.append(at, static_cast<std::size_t>(digits + sizeof digits - at));
}

/// Draws people and writes their rows.
class Synthesizer {
 public:
  Synthesizer(const DiseaseFile& disease, const SyntheticModel& model)
      : disease_(disease), model_(model), column_of_(disease.predictors.size()) {
    makers_.reserve(model.columns.size());
    for (std::size_t i = 0; i < model.columns.size(); ++i) {
      const SyntheticColumn& column = model.columns[i];
      makers_.emplace_back(column, model, disease.predictors[column.predictor]);
      column_of_[column.predictor] = i;
    }
    values_.resize(makers_.size());
    record_.resize(makers_.size());
  }

  std::string header() const {
    std::string text = model_.rows_per_person > 1 ? fmt::format("{},", kPersonColumn) : "";
    for (const Predictor& predictor : disease_.predictors) text += predictor.id + ',';
    return text + disease_.outcome.id + '\n';
  }

  /// The rows of one person, at most `rows_max`. The number of rows.
  Result<std::uint64_t> append_person(std::uint64_t person, std::uint64_t rows_max,
                                      std::uint64_t seed, std::string& text) {
    Random random(derive_seed(seed, "synthetic person", person));
    const auto rows = std::min(rows_max, static_cast<std::uint64_t>(model_.rows_per_person));
    const std::size_t start = text.size();
    // Some people are so far from the usual that hardly any row of theirs is possible: others
    // instead.
    for (int people = 0; people < kDrawsMax; ++people) {
      text.resize(start);
      if (append_rows(person, rows, random, text)) return rows;
    }
    const auto reason = std::find_if(findings_.begin(), findings_.end(), [](const Finding& each) {
      return each.severity == Finding::Severity::Quarantine;
    });
    return invalid_input(fmt::format("{} [synthetic]: none of {} people drawn is possible: {}",
                                     disease_.id, kDrawsMax, reason->message));
  }

 private:
  std::vector<double> draw_latents(Random& random) const {
    std::vector<double> independent(makers_.size()), latents(makers_.size(), 0.0);
    for (double& value : independent) value = random.normal();
    for (std::size_t i = 0; i < latents.size(); ++i) {
      for (std::size_t k = 0; k <= i; ++k) latents[i] += model_.factor[i][k] * independent[k];
    }
    return latents;
  }

  /// False when a row of this person cannot be drawn.
  bool append_rows(std::uint64_t person, std::uint64_t rows, Random& random, std::string& text) {
    const int outcome = random.uniform() < model_.prevalence ? 1 : 0;
    const bool repeated = model_.rows_per_person > 1;
    const std::vector<double> own = repeated ? draw_latents(random) : std::vector<double>{};
    for (std::uint64_t row = 0; row < rows; ++row) {
      if (!draw_row(own, outcome, random)) return false;
      if (repeated) fmt::format_to(std::back_inserter(text), "{},", person + 1);
      append_row(outcome, text);
    }
    return true;
  }

  /// Draws until the row breaks no rule of the disease; false when that does not happen.
  bool draw_row(const std::vector<double>& own, int outcome, Random& random) {
    const double shared = std::sqrt(model_.within_person_correlation);
    const double free = std::sqrt(1 - model_.within_person_correlation);
    for (int draw = 0; draw < kDrawsMax; ++draw) {
      std::vector<double> latents = draw_latents(random);
      for (std::size_t i = 0; i < own.size(); ++i) {
        latents[i] = shared * own[i] + free * latents[i];
      }
      for (std::size_t i = 0; i < makers_.size(); ++i) {
        values_[i] = makers_[i].make(latents[i], outcome, values_);
      }
      // One draw for all columns: who lacks the rarely missing value lacks the often missing ones,
      // as where a whole examination was not made.
      const double luck = random.uniform();
      for (std::size_t i = 0; i < makers_.size(); ++i) {
        const SyntheticColumn& column = model_.columns[i];
        const bool missing = luck < column.missing[static_cast<std::size_t>(outcome)];
        record_[column.predictor] = missing ? kMissing : values_[i];
      }
      findings_.clear();
      check_record(disease_, record_, findings_);
      if (!is_quarantined(findings_)) return true;
    }
    return false;
  }

  void append_row(int outcome, std::string& text) const {
    for (std::size_t j = 0; j < record_.size(); ++j) {
      if (!std::isnan(record_[j])) {
        append_number(text, record_[j], model_.columns[column_of_[j]].decimals);
      }
      text.push_back(',');
    }
    text.push_back(outcome == 1 ? '1' : '0');
    text.push_back('\n');
  }

  const DiseaseFile& disease_;
  const SyntheticModel& model_;
  std::vector<ColumnMaker> makers_;
  std::vector<std::size_t> column_of_;  // of each predictor
  std::vector<double> values_;          // of the columns of the model, nothing missing
  std::vector<double> record_;          // of the predictors
  std::vector<Finding> findings_;
};

}  // namespace

Result<void> synthesize(const DiseaseFile& disease, std::uint64_t rows, std::uint64_t seed,
                        const TextSink& sink, const CancelToken& cancel) {
  const SyntheticModel model = TRY(read_synthetic_model(disease));
  Synthesizer synthesizer(disease, model);
  std::string piece = fmt::format(
      "{}: invented people drawn from the model in the disease file of {} version {} with seed "
      "{}\n",
      kSyntheticMark, disease.id, disease.version, seed);
  piece += synthesizer.header();
  std::uint64_t written = 0;
  for (std::uint64_t person = 0; written < rows; ++person) {
    written += TRY(synthesizer.append_person(person, rows - written, seed, piece));
    if (piece.size() < kPieceBytes) continue;
    if (cancel.requested()) return cancelled();
    TRY(sink(piece));
    piece.clear();
  }
  return sink(piece);
}

}  // namespace relearn
