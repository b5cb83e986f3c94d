#include "learning/cohort/polarity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "learning/metrics/auroc.h"

namespace relearn {
namespace {

// Limits of the gate: see the header.
constexpr double kAnchorZMin = -1.64;
constexpr double kMedianZMin = 1;
constexpr double kBatchZMin = -1.28;
constexpr double kBatchZWarn = 0;
constexpr double kAnchorCorrelation = 0.4;
/// More people than this say nothing more about a direction, only later.
constexpr std::size_t kPeopleLooked = 100'000;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// A value as a number that grows in the order of the disease file.
double ordered(const Predictor& predictor, float value) {
  if (std::isnan(value)) return kMissing;
  if (!predictor.is_coded()) return value;
  const Code* code = predictor.code(value);
  return code == nullptr ? kMissing : static_cast<double>(code - predictor.codes.data());
}

/// Rows put together by person: means of what was measured, the outcome of most rows.
struct People {
  std::size_t count = 0;
  std::vector<std::uint8_t> outcomes;

  explicit People(const PolarityData& data) {
    for (const std::uint32_t person : data.persons) {
      count = std::max<std::size_t>(count, person + std::size_t{1});
    }
    std::vector<std::uint32_t> rows(count), ill(count);
    for (std::size_t i = 0; i < data.persons.size(); ++i) {
      ++rows[data.persons[i]];
      ill[data.persons[i]] += data.outcomes[i];
    }
    outcomes.resize(count);
    for (std::size_t p = 0; p < count; ++p) outcomes[p] = 2 * ill[p] >= rows[p] ? 1 : 0;
  }
};

/// The same number of people whatever the size: every `stride`-th.
std::vector<double> person_means(const Predictor& predictor, const PolarityData& data,
                                 std::span<const float> values, const People& people,
                                 std::size_t stride) {
  std::vector<double> sums(people.count, 0.0);
  std::vector<std::uint32_t> present(people.count, 0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (data.persons[i] % stride != 0) continue;
    const double value = ordered(predictor, values[i]);
    if (std::isnan(value)) continue;
    sums[data.persons[i]] += value;
    ++present[data.persons[i]];
  }
  for (std::size_t p = 0; p < people.count; ++p) {
    sums[p] = present[p] == 0 ? kMissing : sums[p] / present[p];
  }
  return sums;
}

/// Adds the anchor to the report; not when a class has fewer than two people with a value.
void measure_anchor(const Predictor& predictor, std::span<const double> means, const People& people,
                    PolarityReport& report) {
  std::vector<double> scores;
  std::vector<std::uint8_t> outcomes;
  for (std::size_t p = 0; p < people.count; ++p) {
    if (std::isnan(means[p])) continue;
    scores.push_back(means[p]);
    outcomes.push_back(people.outcomes[p]);
  }
  const auto cases = static_cast<std::size_t>(std::count(outcomes.begin(), outcomes.end(), 1));
  const std::size_t controls = outcomes.size() - cases;
  if (cases < 2 || controls < 2) return;
  const auto measured = auroc(outcomes, scores, {}, IntervalMethod::Asymptotic);
  if (!measured.ok()) return;
  AnchorPolarity anchor{.predictor = predictor.id, .direction = predictor.direction};
  anchor.auroc = measured.value().value;
  // Complete separation has no standard error; that of a single pair of people is a finite
  // stand-in.
  const double least = 0.5 / std::sqrt(static_cast<double>(cases) * static_cast<double>(controls));
  anchor.standard_error = std::max(measured.value().standard_error, least);
  anchor.z = predictor.direction * (anchor.auroc - 0.5) / anchor.standard_error;
  report.anchors.push_back(std::move(anchor));
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

void summarise(PolarityReport& report) {
  std::vector<double> z;
  double sum = 0;
  for (const AnchorPolarity& anchor : report.anchors) {
    z.push_back(anchor.z);
    sum += anchor.z;
  }
  const auto m = static_cast<double>(z.size());
  report.median_z = median(std::move(z));
  report.combined_z = sum / std::sqrt(m + kAnchorCorrelation * m * (m - 1));
}

PolarityReport::Verdict judge(const PolarityReport& report) {
  using Verdict = PolarityReport::Verdict;
  if (report.people < kPolarityDataSetPeopleMin) {
    if (report.combined_z < kBatchZMin) return Verdict::Failed;
    return report.combined_z < kBatchZWarn ? Verdict::Warned : Verdict::Passed;
  }
  const bool against = std::any_of(report.anchors.begin(), report.anchors.end(),
                                   [](const AnchorPolarity& each) { return each.z < kAnchorZMin; });
  return against || report.median_z < kMedianZMin ? Verdict::Failed : Verdict::Passed;
}

/// "more exercise_angina (z -8.6), less maximum_heart_rate_per_min (z -8.2)"
std::string name_contrary(const PolarityReport& report, std::size_t& contrary) {
  std::string names;
  for (const AnchorPolarity& anchor : report.anchors) {
    if (anchor.z >= 0) continue;
    ++contrary;
    names += fmt::format("{}{} {} (z {:.1f})", names.empty() ? "" : ", ",
                         anchor.direction > 0 ? "high" : "low", anchor.predictor, anchor.z);
  }
  return names;
}

std::string sentence_of(const DiseaseFile& disease, const PolarityReport& report) {
  std::size_t contrary = 0;
  const std::string names = name_contrary(report, contrary);
  if (report.verdict == PolarityReport::Verdict::Passed) {
    return fmt::format("{} of {} anchors point the way medicine knows (median z {:.1f})",
                       report.anchors.size() - contrary, report.anchors.size(), report.median_z);
  }
  if (contrary == 0) {
    return fmt::format(
        "no anchor of {} goes with the outcome (median z {:.1f}, expected above {:.0f}); do "
        "outcomes "
        "and rows belong together?",
        disease.id, report.median_z, kMedianZMin);
  }
  const bool most = 2 * contrary > report.anchors.size();
  return fmt::format("{} with less {} instead of more; {}",
                     names + (contrary == 1 ? " goes" : " go"), disease.outcome.id,
                     most ? "is the outcome coded the other way round (1 = healthy)?"
                          : "is that column coded, or its unit counted, the other way round?");
}

}  // namespace

PolarityReport check_polarity(const DiseaseFile& disease, const PolarityData& data) {
  PolarityReport report;
  const People people(data);
  report.people = people.count;
  if (report.people < kPolarityBatchPeopleMin) {
    report.sentence = fmt::format("polarity not tested: {} people, it takes {}", report.people,
                                  kPolarityBatchPeopleMin);
    return report;
  }
  const std::size_t stride = (people.count + kPeopleLooked - 1) / kPeopleLooked;
  for (std::size_t j = 0; j < disease.predictors.size(); ++j) {
    const Predictor& predictor = disease.predictors[j];
    if (!predictor.anchor || predictor.direction == 0) continue;
    measure_anchor(predictor, person_means(predictor, data, data.predictors[j], people, stride),
                   people, report);
  }
  if (report.anchors.empty()) {
    report.sentence = fmt::format("polarity not tested: no anchor of {} was measured", disease.id);
    return report;
  }
  summarise(report);
  report.verdict = judge(report);
  report.sentence = sentence_of(disease, report);
  return report;
}

}  // namespace relearn
