#include "lifecycle/watch/confirmation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "learning/metrics/estimate.h"
#include "learning/metrics/population_stability.h"

namespace relearn {
namespace {

constexpr double kDifferenceMin = 0.1;
constexpr double kSignificance = 0.001;
constexpr std::uint64_t kClassMin = 30;

std::int64_t day_of(Moment moment) { return moment.seconds / kSecondsPerDay; }

/// Both by age in days: of the unconfirmed today, of the others when they were confirmed.
std::vector<ConfirmationPoint> curve_of(std::map<std::int64_t, std::uint64_t> unconfirmed_ages,
                                        const std::map<std::int64_t, std::uint64_t>& confirmed_at) {
  std::uint64_t at_risk = 0;
  for (const auto& [age, count] : unconfirmed_ages) at_risk += count;
  for (const auto& [age, count] : confirmed_at) at_risk += count;
  std::vector<ConfirmationPoint> curve;
  double unconfirmed = 1, greenwood = 0;
  auto left = unconfirmed_ages.begin();
  for (const auto& [age, count] : confirmed_at) {
    // Whoever is not so old yet has left before.
    for (; left != unconfirmed_ages.end() && left->first < age; ++left) at_risk -= left->second;
    const double n = static_cast<double>(at_risk), d = static_cast<double>(count);
    unconfirmed *= 1 - d / n;
    if (n > d) greenwood += d / (n * (n - d));
    const double error = unconfirmed * std::sqrt(greenwood);
    curve.push_back({age, 1 - unconfirmed, std::max(0.0, 1 - unconfirmed - kNormal975 * error),
                     std::min(1.0, 1 - unconfirmed + kNormal975 * error)});
    at_risk -= count;
  }
  return curve;
}

/// Some of the points, the last one always.
std::vector<ConfirmationPoint> thinned(const std::vector<ConfirmationPoint>& curve) {
  std::vector<ConfirmationPoint> some;
  const std::size_t stride = curve.size() / kCurvePointsMax + 1;
  for (std::size_t i = 0; i < curve.size(); ++i) {
    if ((curve.size() - 1 - i) % stride == 0) some.push_back(curve[i]);
  }
  return some;
}

double share_of(const ConfirmationClass& one) {
  return one.predictions == 0
             ? 0
             : static_cast<double>(one.confirmed) / static_cast<double>(one.predictions);
}

bool classes_differ(const ConfirmationClass& one, const ConfirmationClass& other) {
  if (one.predictions < kClassMin || other.predictions < kClassMin) return false;
  const std::uint64_t first[] = {one.confirmed, one.predictions - one.confirmed};
  const std::uint64_t second[] = {other.confirmed, other.predictions - other.confirmed};
  return population_shift(first, second).p < kSignificance &&
         std::abs(share_of(one) - share_of(other)) >= kDifferenceMin;
}

}  // namespace

Confirmation measure_confirmation(const DiseaseFile& disease, std::span<const PredictionDay> days,
                                  std::span<const ConfirmedOutcome> confirmed, Moment now) {
  Confirmation measured;
  const std::int64_t today = day_of(now), maturity = disease.outcome.maturity_days;
  std::map<std::int64_t, std::uint64_t> unconfirmed, confirmed_at;  // by age
  for (const PredictionDay& day : days) {
    unconfirmed[today - day.day] += day.high + day.not_high;
    if (today - day.day < maturity) continue;
    measured.high.predictions += day.high;
    measured.not_high.predictions += day.not_high;
  }
  for (const ConfirmedOutcome& outcome : confirmed) {
    const std::int64_t made = day_of(outcome.made_at);
    const auto counted = unconfirmed.find(today - made);
    // A prediction that the days do not have yet is for the next time.
    if (counted == unconfirmed.end() || counted->second == 0) continue;
    --counted->second;
    ++confirmed_at[std::max<std::int64_t>(0, day_of(outcome.confirmed_at) - made)];
    if (today - made < maturity) continue;
    const bool high = outcome.risk >= disease.thresholds.decision;
    ConfirmationClass& of = high ? measured.high : measured.not_high;
    if (of.confirmed < of.predictions) ++of.confirmed;
  }
  measured.curve = thinned(curve_of(std::move(unconfirmed), confirmed_at));
  measured.differs = classes_differ(measured.high, measured.not_high);
  return measured;
}

std::vector<NewAlarm> confirmation_alarms(const DiseaseFile& disease, std::int64_t version,
                                          const Confirmation& confirmation) {
  if (!confirmation.differs) return {};
  const ConfirmationClass &high = confirmation.high, &other = confirmation.not_high;
  return {{disease.id, version, AlarmKind::Confirmation, AlarmTier::Info,
           fmt::format(
               "{:.0f} % of {} predictions with a high risk are confirmed, {:.0f} % of {} others: "
               "what is known of this version is known of some of its people only; examine "
               "those drawn at random in the inbox",
               100 * share_of(high), high.predictions, 100 * share_of(other), other.predictions)}};
}

}  // namespace relearn
