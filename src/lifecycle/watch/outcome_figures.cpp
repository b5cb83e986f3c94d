#include "lifecycle/watch/outcome_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "learning/metrics/auroc.h"
#include "learning/metrics/calibration.h"
#include "learning/metrics/calibration_e_process.h"

namespace relearn {
namespace {

/// Every so many people have a point, so that there are at most kPointsMax.
CalibrationWatch watch_calibration(std::span<const ConfirmedOutcome> people,
                                   const OutcomeDefinition& definition) {
  CalibrationWatch watch;
  CalibrationEProcess process;
  const std::size_t stride = people.size() / kPointsMax + 1;
  for (std::size_t i = 0; i < people.size(); ++i) {
    process.observe(people[i].outcome, people[i].risk);
    watch.wealth = process.wealth();
    watch.detector = process.detector();
    watch.highest = std::max(watch.highest, watch.wealth);
    watch.detector_highest = std::max(watch.detector_highest, watch.detector);
    if ((people.size() - 1 - i) % stride == 0) {
      watch.points.push_back(
          {counts_at(people[i], definition), i + 1, watch.wealth, watch.detector});
    }
  }
  return watch;
}

RealisedBlock realised(std::span<const ConfirmedOutcome> people) {
  RealisedBlock block;
  std::vector<std::uint8_t> outcomes;
  std::vector<double> risks;
  block.from = block.to = people.front().made_at;
  for (const ConfirmedOutcome& one : people) {
    outcomes.push_back(one.outcome);
    risks.push_back(one.risk);
    block.from = std::min(block.from, one.made_at);
    block.to = std::max(block.to, one.made_at);
    block.cases += one.outcome;
  }
  block.people = people.size();
  const auto told = auroc(outcomes, risks);
  if (told.ok()) block.auroc = told.value();
  const auto ratio = observed_to_expected(outcomes, risks);
  if (ratio.ok()) block.observed_to_expected = ratio.value();
  return block;
}

std::string wealth_text(double wealth) {
  return wealth < 1e6 ? fmt::format("{:.1f}", wealth) : "above a million";
}

std::string direction_text(const RealisedBlock& all) {
  if (!all.observed_to_expected) return "";
  return fmt::format("; {} of {} people had the disease, {:.2f} times as many as the risks say",
                     all.cases, all.people, all.observed_to_expected->value);
}

}  // namespace

Moment counts_at(const ConfirmedOutcome& outcome, const OutcomeDefinition& definition) {
  const Moment mature{outcome.made_at.seconds + kSecondsPerDay * definition.maturity_days};
  return std::max(mature, outcome.confirmed_at);
}

std::vector<ConfirmedOutcome> counting_outcomes(std::vector<ConfirmedOutcome> confirmed,
                                                const OutcomeDefinition& definition, Moment now) {
  std::erase_if(confirmed, [&](const ConfirmedOutcome& outcome) {
    return counts_at(outcome, definition) > now;
  });
  // Stable: of two that begin at once, the one confirmed first.
  std::ranges::stable_sort(confirmed, {}, [&](const ConfirmedOutcome& outcome) {
    return counts_at(outcome, definition);
  });
  std::set<PersonId> seen;
  std::erase_if(confirmed, [&](const ConfirmedOutcome& outcome) {
    return !seen.insert(outcome.person).second;
  });
  return confirmed;
}

OutcomeFigures outcome_figures(std::span<const ConfirmedOutcome> people,
                               const OutcomeDefinition& definition) {
  OutcomeFigures figures;
  figures.people = people.size();
  if (people.empty()) return figures;
  figures.calibration = watch_calibration(people, definition);
  figures.all = realised(people);
  for (std::size_t begin = 0; begin + kBlockPeople <= people.size(); begin += kBlockPeople) {
    figures.blocks.push_back(realised(people.subspan(begin, kBlockPeople)));
  }
  return figures;
}

std::vector<NewAlarm> outcome_alarms(const DiseaseFile& disease, std::int64_t version,
                                     const OutcomeFigures& figures) {
  std::vector<NewAlarm> alarms;
  if (!figures.all) return alarms;
  const RealisedBlock& all = *figures.all;
  const CalibrationWatch& calibration = figures.calibration;
  if (calibration.highest >= CalibrationEProcess::kAlarm) {
    alarms.push_back({disease.id, version, AlarmKind::Calibration, AlarmTier::Act,
                      fmt::format("the risks do not come true: evidence {}, alarm at {:.0f}{}",
                                  wealth_text(calibration.highest), CalibrationEProcess::kAlarm,
                                  direction_text(all))});
  }
  if (calibration.detector_highest >= CalibrationEProcess::kDetectorAlarm) {
    alarms.push_back(
        {disease.id, version, AlarmKind::CalibrationChange, AlarmTier::Warn,
         fmt::format("the risks seem not to come true any more: detector {}, alarm at {:.0f}{}",
                     wealth_text(calibration.detector_highest), CalibrationEProcess::kDetectorAlarm,
                     direction_text(all))});
  }
  const double floor = disease.plan.floors.auroc;
  if (all.auroc && all.auroc->value < floor && floor > 0) {
    const bool surely = all.auroc->high < floor;
    const bool perhaps = all.people >= kBlockPeople;
    if (surely || perhaps) {
      alarms.push_back(
          {disease.id, version, AlarmKind::Discrimination,
           surely ? AlarmTier::Act : AlarmTier::Warn,
           fmt::format(
               "AUROC {:.2f} ({:.2f} to {:.2f}) of {} confirmed people, the plan's floor is "
               "{:.2f}",
               all.auroc->value, all.auroc->low, all.auroc->high, all.people, floor)});
    }
  }
  return alarms;
}

}  // namespace relearn
