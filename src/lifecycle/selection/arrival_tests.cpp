#include "lifecycle/selection/arrival_tests.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "base/normal.h"
#include "learning/cohort/polarity.h"
#include "learning/metrics/calibration_tests.h"
#include "lifecycle/selection/eligibility.h"

namespace relearn {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

using Records = std::vector<const ConfirmedRecord*>;

const std::string& subject_of(const ConfirmedRecord& record, QuarantineScope scope) {
  return scope == QuarantineScope::Batch ? record.batch : record.contributor;
}

/// The tests of those that have a risk; nothing when they are too few or all risks one half.
std::optional<CalibrationTests> tests_of(const Records& records) {
  std::vector<std::uint8_t> outcomes;
  std::vector<double> risks;
  for (const ConfirmedRecord* record : records) {
    if (!record->prediction.risk) continue;
    outcomes.push_back(static_cast<std::uint8_t>(record->value));
    risks.push_back(record->prediction.risk->value);
  }
  if (outcomes.size() < kTestRecordsMin) return std::nullopt;
  auto tests = calibration_tests(outcomes, risks, kTestRiskClip);
  if (!tests.ok()) return std::nullopt;
  return tests.take_value();
}

Records mature_of(const Records& records, const DiseaseFile& disease, Moment cut_off) {
  Records mature;
  std::ranges::copy_if(records, std::back_inserter(mature), [&](const ConfirmedRecord* record) {
    return is_mature(*record, disease, cut_off);
  });
  return mature;
}

std::optional<std::string> slope_failure(const Records& records, double limit) {
  const auto tests = tests_of(records);
  if (!tests || tests->slope_z >= limit) return std::nullopt;
  if (tests->slope_z_beside_intercept.value_or(-kInfinity) >= kSlopeBesideInterceptZMin) {
    return std::nullopt;
  }
  return fmt::format(
      "the outcomes of {} records go against the risks (slope z {:.1f}, limit {:.1f}); are they "
      "inverted, or of other people?",
      records.size(), tests->slope_z, limit);
}

std::optional<std::string> intercept_failure(const Records& records, double limit) {
  const auto tests = tests_of(records);
  if (!tests || std::abs(tests->intercept_z) <= limit) return std::nullopt;
  return fmt::format(
      "the disease is {} often among {} records than the risks say (intercept z {:.1f}, limit "
      "{:.1f}); is everybody called {}, or are these other patients?",
      tests->intercept_z > 0 ? "more" : "less", records.size(), tests->intercept_z, limit,
      tests->intercept_z > 0 ? "ill" : "well");
}

/// Stretches of a contributor's records that are tested: the latest 60, the 60 before, ... and
/// days.
std::vector<Records> stretches_of(Records records) {
  std::ranges::sort(records, [](const ConfirmedRecord* a, const ConfirmedRecord* b) {
    return std::tie(a->recorded_at, a->prediction.id) < std::tie(b->recorded_at, b->prediction.id);
  });
  std::vector<Records> stretches;
  for (std::size_t end = records.size(); end > 0; end -= std::min(end, kTestRecordsLatest)) {
    const std::size_t begin = end - std::min(end, kTestRecordsLatest);
    stretches.emplace_back(records.begin() + static_cast<std::ptrdiff_t>(begin),
                           records.begin() + static_cast<std::ptrdiff_t>(end));
  }
  std::map<Date, Records> days;
  for (const ConfirmedRecord* record : records)
    days[date_of(record->recorded_at)].push_back(record);
  if (days.size() > 1) {
    for (auto& [day, of_day] : days) stretches.push_back(std::move(of_day));
  }
  return stretches;
}

/// The limit that n tests together exceed no more often than one test exceeds this one
/// (Bonferroni).
double limit_of(double z, std::size_t tests) {
  return normal_quantile(normal_cdf(z) / static_cast<double>(tests));
}

/// Everybody called ill fails both tests; "too many are ill" is then the better sentence.
std::optional<std::string> contributor_failure(const Records& mature) {
  const std::vector<Records> stretches = stretches_of(mature);
  for (const Records& stretch : stretches) {
    const double intercept_max = -limit_of(-kContributorInterceptZMax, stretches.size());
    if (auto failure = intercept_failure(stretch, intercept_max)) return failure;
    const double slope_min = limit_of(kContributorSlopeZMin, stretches.size());
    if (auto failure = slope_failure(stretch, slope_min)) return failure;
  }
  return std::nullopt;
}

/// The batch as columns of the disease's predictors, a person a row.
struct BatchTable {
  std::vector<std::vector<float>> columns;
  std::vector<std::uint8_t> outcomes;
  std::vector<std::uint32_t> persons;
};

BatchTable table_of(const DiseaseFile& disease, const Records& records) {
  BatchTable table;
  table.columns.assign(disease.predictors.size(),
                       std::vector<float>(records.size(), std::numeric_limits<float>::quiet_NaN()));
  std::map<std::int64_t, std::uint32_t> numbers;
  std::uint32_t next = 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const Prediction& prediction = records[i]->prediction;
    for (const auto& [id, value] : prediction.inputs) {
      const int predictor = disease.find(id);
      if (predictor >= 0) {
        table.columns[static_cast<std::size_t>(predictor)][i] = static_cast<float>(value);
      }
    }
    table.outcomes.push_back(static_cast<std::uint8_t>(records[i]->value));
    if (!prediction.person) {
      table.persons.push_back(next++);
      continue;
    }
    const auto [at, added] = numbers.try_emplace(prediction.person->value, next);
    next += added ? 1 : 0;
    table.persons.push_back(at->second);
  }
  return table;
}

std::optional<std::string> polarity_failure(const DiseaseFile& disease, const Records& records) {
  const BatchTable table = table_of(disease, records);
  PolarityData data;
  for (const auto& column : table.columns) data.predictors.emplace_back(column);
  data.outcomes = table.outcomes;
  data.persons = table.persons;
  const PolarityReport report = check_polarity(disease, data);
  if (report.verdict == PolarityReport::Verdict::NotTested || report.anchors.empty() ||
      report.combined_z >= kBatchPolarityZMin) {
    return std::nullopt;
  }
  return fmt::format(
      "in {} records what goes with the disease points the wrong way (polarity z {:.1f}, limit "
      "{:.2f}); are the outcomes inverted?",
      records.size(), report.combined_z, kBatchPolarityZMin);
}

std::optional<std::string> batch_failure(const DiseaseFile& disease, const Records& records,
                                         const Records& mature) {
  if (auto failure = slope_failure(mature, kBatchSlopeZMin)) return failure;
  return polarity_failure(disease, records);
}

}  // namespace

const Quarantine* QuarantineList::holding(const ConfirmedRecord& record) const {
  for (const Quarantine& entry : entries_) {
    if (entry.state != QuarantineState::Released &&
        entry.what.subject == subject_of(record, entry.what.scope)) {
      return &entry;
    }
  }
  return nullptr;
}

bool QuarantineList::released(const ConfirmedRecord& record, QuarantineScope scope) const {
  return std::ranges::any_of(entries_, [&](const Quarantine& entry) {
    return entry.state == QuarantineState::Released && entry.what.scope == scope &&
           entry.what.subject == subject_of(record, scope) &&
           record.recorded_at <= entry.decided_at;
  });
}

Result<std::vector<NewQuarantine>> failed_arrivals(const DiseaseFile& disease,
                                                   std::span<const ConfirmedRecord> records,
                                                   const QuarantineList& known, Moment cut_off) {
  std::vector<NewQuarantine> failed;
  for (const QuarantineScope scope : {QuarantineScope::Contributor, QuarantineScope::Batch}) {
    std::map<std::string, Records> subjects;
    for (const ConfirmedRecord& record : records) {
      if (record.withdrawn || known.holding(record) != nullptr || known.released(record, scope)) {
        continue;
      }
      subjects[subject_of(record, scope)].push_back(&record);
    }
    for (const auto& [subject, of_subject] : subjects) {
      const Records mature = mature_of(of_subject, disease, cut_off);
      const auto failure = scope == QuarantineScope::Contributor
                               ? contributor_failure(mature)
                               : batch_failure(disease, of_subject, mature);
      if (failure) failed.push_back({disease.id, scope, subject, *failure, of_subject.size()});
    }
  }
  return failed;
}

Result<std::vector<NewQuarantine>> test_arrivals(const DiseaseFile& disease, RecordStore& store,
                                                 Moment now, const CancelToken& cancel) {
  std::vector<ConfirmedRecord> records;
  TRY(store.visit_confirmed(disease.id, [&](const ConfirmedRecord& record) -> Result<void> {
    if (cancel.requested()) return cancelled();
    records.push_back(record);
    return {};
  }));
  const QuarantineList known(TRY(store.quarantines(disease.id)));
  auto failed = TRY(failed_arrivals(disease, records, known, now));
  for (const NewQuarantine& quarantine : failed) TRY(store.open_quarantine(quarantine, now));
  return failed;
}

}  // namespace relearn
