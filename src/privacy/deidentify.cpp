#include "privacy/deidentify.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <set>

#include "clinical/anonymity.h"
#include "clinical/record_check.h"
#include "privacy/fisher_exact.h"
#include "privacy/generalise.h"
#include "privacy/residual_scan.h"

namespace relearn {
namespace {

constexpr std::uint32_t kNobody = std::numeric_limits<std::uint32_t>::max();
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kRecordsBetweenCancelChecks = 1024;
/// Weights are told in twentieths: an exact one would number its contributor. Risks in thousandths,
/// and never as certain: the person has seen theirs.
constexpr double kWeightSteps = 20;
constexpr double kRiskSteps = 1000;

/// The records that may go on; all vectors have one entry for each.
struct Checked {
  std::vector<std::size_t> records;  // index into the input
  std::vector<PrivateRow> rows;
  std::vector<std::uint32_t> contributors;  // numbers, kNobody: not named
  std::uint32_t persons = 0;
};

/// Fills `values`; a reason when the record may not pass.
std::optional<std::string> read_values(const DiseaseFile& disease, const RawRecord& record,
                                       std::vector<double>& values) {
  values.assign(disease.predictors.size(), kMissing);
  std::vector<char> given(values.size(), 0);
  for (const auto& [id, text] : record.fields) {
    const int index = disease.find(id);
    if (index < 0) return "unknown field";
    const auto j = static_cast<std::size_t>(index);
    if (given[j]++) return "field given twice";
    if (auto reason = residual_identifier(disease.predictors[j], text)) return reason;
    const auto value = parse_value(disease.predictors[j], text);
    if (!value.ok()) return "impossible value";
    values[j] = value.value();
  }
  std::vector<Finding> findings;
  check_record(disease, values, findings);
  for (const Finding& finding : findings) {
    if (finding.severity != Finding::Severity::Quarantine) continue;
    return finding.predictor.empty() ? finding.reason
                                     : fmt::format("{} {}", finding.predictor, finding.reason);
  }
  return std::nullopt;
}

/// Ages over 89 and their like become one group; how many.
std::uint64_t group_high_values(const DiseaseFile& disease, std::vector<double>& values) {
  std::uint64_t grouped = 0;
  for (std::size_t j = 0; j < values.size(); ++j) {
    const auto& above = disease.predictors[j].group_above;
    if (!above || !(values[j] > *above)) continue;
    values[j] = *above + 1;
    ++grouped;
  }
  return grouped;
}

/// What selection promises; anything else is a defect there.
Result<void> check_caller(const RawRecord& record, std::size_t index) {
  const double risk = record.served_risk.value_or(0);
  if (record.outcome <= 1 && record.is_new <= 2 && record.weight > 0 && record.weight <= 1 &&
      risk >= 0 && risk <= 1) {
    return {};
  }
  return broken_invariant(
      fmt::format("record {} to de-identify has outcome {}, weight {}, new {} and served risk {}; "
                  "they must be 0 or 1, above 0 and at most 1, 0 to 2, and from 0 to 1",
                  index, record.outcome, record.weight, record.is_new, risk));
}

Result<Checked> check_all(const DiseaseFile& disease, std::span<const RawRecord> records,
                          const CancelToken& cancel, Deidentified& result) {
  Checked checked;
  std::map<std::string_view, std::uint32_t> numbers, contributors;
  std::vector<double> values;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (i % kRecordsBetweenCancelChecks == 0 && cancel.requested()) return cancelled();
    const RawRecord& record = records[i];
    TRY(check_caller(record, i));
    auto reason = record.person.empty() ? std::optional<std::string>("no person")
                                        : read_values(disease, record, values);
    if (reason) {
      ++result.report.set_aside[*reason];
      result.set_aside.push_back({i, *std::move(reason)});
      continue;
    }
    result.report.ages_grouped += group_high_values(disease, values);
    const auto number = static_cast<std::uint32_t>(numbers.size());
    checked.records.push_back(i);
    checked.rows.push_back({numbers.try_emplace(record.person, number).first->second, values,
                            date_of(record.assessed_at).year});
    const auto contributor = static_cast<std::uint32_t>(contributors.size());
    checked.contributors.push_back(
        record.contributor.empty()
            ? kNobody
            : contributors.try_emplace(record.contributor, contributor).first->second);
  }
  checked.persons = static_cast<std::uint32_t>(numbers.size());
  return checked;
}

/// 0 .. limit-1, each equally likely.
std::uint64_t below(const FreshRandom& random, std::uint64_t limit) {
  const std::uint64_t rest = (0 - limit) % limit;  // 2^64 mod limit
  for (;;) {
    const std::uint64_t bits = random();
    if (bits >= rest) return bits % limit;
  }
}

/// 0 .. count-1 in random order.
std::vector<std::uint32_t> random_order(const FreshRandom& random, std::size_t count) {
  std::vector<std::uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0u);
  for (std::size_t i = count; i > 1; --i) std::swap(order[i - 1], order[below(random, i)]);
  return order;
}

bool tells_year(const PrivacyPlan& plan) {
  return std::any_of(plan.levels.begin(), plan.levels.end(),
                     [](const PrivacyLevel& level) { return level.year; });
}

/// Nothing for a missing value.
void append_number(std::string& text, double value) {
  if (!std::isnan(value)) text += field_text(value + 0.0);
  text += ',';
}

/// One row on its way out: only numbers.
struct ToldRow {
  std::uint32_t person = 0;
  double contributor = kMissing;
  double weight = 1;
  double is_new = kMissing, served_risk = kMissing;
  double year = kMissing;
  std::vector<double> values;  // in order of the disease's predictors
  int outcome = 0;
};

ToldRow tell(const DiseaseFile& disease, const RawRecord& record, const PrivateRow& row,
             int level) {
  ToldRow out{.weight = std::max(1.0, std::round(record.weight * kWeightSteps)) / kWeightSteps,
              .is_new = static_cast<double>(record.is_new),
              .values = row.values,
              .outcome = record.outcome};
  if (record.served_risk) {
    out.served_risk =
        std::clamp(std::round(*record.served_risk * kRiskSteps), 1.0, kRiskSteps - 1) / kRiskSteps;
  }
  const std::vector<double> shown = told(disease, row, level);
  const auto identifying = quasi_identifiers(disease);
  for (std::size_t q = 0; q < identifying.size(); ++q) out.values[identifying[q]] = shown[q];
  out.year = shown.back();
  return out;
}

/// A verdict needs to know what is new and what was served; a first model has neither.
bool tells_news(std::span<const RawRecord> records) {
  return std::any_of(records.begin(), records.end(), [](const RawRecord& record) {
    return record.is_new != 0 || record.served_risk.has_value();
  });
}

/// Which columns a file has beyond those that each has.
struct MoreColumns {
  bool news = false, year = false;
};

void write_header(const DiseaseFile& disease, const MoreColumns& more, std::string& text) {
  text += fmt::format("{},{},{},", kPersonColumn, kWeightColumn, kContributorColumn);
  if (more.news) text += fmt::format("{},{},", kNewColumn, kServedRiskColumn);
  if (more.year) text += fmt::format("{},", kYearColumn);
  for (const Predictor& predictor : disease.predictors) text += predictor.id + ',';
  text += disease.outcome.id + '\n';
}

void write_row(const ToldRow& row, const MoreColumns& more, std::string& text) {
  text += fmt::format("{},", row.person);
  append_number(text, row.weight);
  if (!std::isnan(row.contributor)) text += fmt::format("{:.0f}", row.contributor);
  text += ',';
  if (more.news) {
    append_number(text, row.is_new);
    append_number(text, row.served_risk);
  }
  if (more.year) append_number(text, row.year);
  for (const double value : row.values) append_number(text, value);
  text += fmt::format("{}\n", row.outcome);
}

/// A fresh random number, dense from 0, for each key that at least `least` people stand behind.
std::map<std::uint32_t, std::uint32_t> fresh_numbers(
    const std::map<std::uint32_t, std::set<std::uint32_t>>& people, std::size_t least,
    const FreshRandom& random) {
  std::vector<std::uint32_t> keys;
  for (const auto& [key, who] : people) {
    if (who.size() >= least) keys.push_back(key);
  }
  const std::vector<std::uint32_t> order = random_order(random, keys.size());
  std::map<std::uint32_t, std::uint32_t> numbers;
  for (std::size_t i = 0; i < keys.size(); ++i) numbers[keys[i]] = order[i];
  return numbers;
}

/// The rows that are told, in random order and under random numbers. A contributor of fewer people
/// than k gets no number: it would be that of a few people.
std::string write_cohort(const DiseaseFile& disease, std::span<const RawRecord> records,
                         const Checked& checked, std::span<const int> level_of,
                         const FreshRandom& random) {
  std::vector<std::uint32_t> which;
  std::map<std::uint32_t, std::set<std::uint32_t>> persons;
  std::map<std::uint32_t, std::set<std::uint32_t>> contributors;
  for (std::uint32_t i = 0; i < level_of.size(); ++i) {
    if (level_of[i] == kSuppressed) continue;
    const std::uint32_t person = checked.rows[i].person;
    which.push_back(i);
    persons[person].insert(person);
    if (checked.contributors[i] != kNobody) contributors[checked.contributors[i]].insert(person);
  }
  const auto fresh_person = fresh_numbers(persons, 1, random);
  const auto fresh_contributor =
      fresh_numbers(contributors, static_cast<std::size_t>(disease.privacy.k), random);
  const MoreColumns more{tells_news(records), tells_year(disease.privacy)};
  std::string text;
  write_header(disease, more, text);
  for (const std::uint32_t place : random_order(random, which.size())) {
    const std::uint32_t i = which[place];
    ToldRow row = tell(disease, records[checked.records[i]], checked.rows[i], level_of[i]);
    row.person = fresh_person.at(checked.rows[i].person);
    const auto contributor = fresh_contributor.find(checked.contributors[i]);
    if (contributor != fresh_contributor.end()) row.contributor = contributor->second;
    write_row(row, more, text);
  }
  return text;
}

/// H0: who is suppressed does not depend on the outcome. Counted by person: rows of one person are
/// not independent. A person is a case when at least half of their rows are.
void test_suppression(std::span<const RawRecord> records, const Checked& checked,
                      std::span<const int> level_of, PrivacyReport& report) {
  std::vector<std::uint32_t> rows(checked.persons, 0), ill(checked.persons, 0);
  std::vector<char> suppressed(checked.persons, 0);
  for (std::size_t i = 0; i < level_of.size(); ++i) {
    const std::uint32_t person = checked.rows[i].person;
    ++rows[person];
    ill[person] += records[checked.records[i]].outcome;
    suppressed[person] = level_of[i] == kSuppressed;
  }
  FourCounts counts;  // first: suppressed, second: with the disease
  for (std::size_t person = 0; person < rows.size(); ++person) {
    const bool is_case = 2 * ill[person] >= rows[person];
    ++(suppressed[person] ? (is_case ? counts.both : counts.first_only)
                          : (is_case ? counts.second_only : counts.neither));
  }
  report.suppressed_with = counts.both;
  report.suppressed_without = counts.first_only;
  report.suppression_p = fisher_exact_p(counts);
}

/// What the file that was written tells, seen as somebody who holds it would see it.
void measure_told(const DiseaseFile& disease, std::span<const RawRecord> records,
                  const Checked& checked, std::span<const int> level_of, PrivacyReport& report) {
  QuasiIdentifiers columns(quasi_identifiers(disease).size() + 1);
  std::vector<std::uint32_t> persons;
  std::vector<std::uint8_t> outcomes;
  report.at_level.assign(disease.privacy.levels.size(), 0);
  double lost = 0;
  for (std::size_t i = 0; i < level_of.size(); ++i) {
    if (level_of[i] == kSuppressed) continue;
    const PrivateRow& row = checked.rows[i];
    const std::vector<double> values = told(disease, row, level_of[i]);
    for (std::size_t j = 0; j < columns.size(); ++j) columns[j].push_back(values[j]);
    persons.push_back(row.person);
    outcomes.push_back(records[checked.records[i]].outcome);
    lost += information_lost(disease, row, level_of[i]);
    ++report.at_level[static_cast<std::size_t>(level_of[i])];
  }
  const auto k = static_cast<std::uint64_t>(disease.privacy.k);
  const Anonymity anonymity = measure_anonymity(columns, persons, k);
  report.k_reached = anonymity.smallest;
  report.records_out = anonymity.rows;
  report.persons_out = anonymity.persons;
  if (persons.empty()) return;
  const AlikeClasses alike = find_alike(columns, persons);
  std::vector<std::uint8_t> seen(alike.persons_in.size(), 0);  // bit 0: without, bit 1: with
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    seen[alike.class_of[i]] |= static_cast<std::uint8_t>(1 << outcomes[i]);
  }
  const auto rows = static_cast<double>(outcomes.size());
  const auto same = std::count_if(alike.class_of.begin(), alike.class_of.end(),
                                  [&](std::uint32_t number) { return seen[number] != 3; });
  report.one_class_share = static_cast<double>(same) / rows;
  report.information_lost = lost / rows;
}

}  // namespace

Result<Deidentified> deidentify(const DiseaseFile& disease, std::span<const RawRecord> records,
                                const FreshRandom& random, const CancelToken& cancel) {
  Deidentified result;
  PrivacyReport& report = result.report;
  report.privacy_version = disease.privacy.version;
  report.k_asked = disease.privacy.k;
  report.suppressed_share_max = disease.privacy.suppressed_share_max;
  report.records_in = records.size();
  for (const std::size_t j : quasi_identifiers(disease)) {
    report.quasi_identifiers.push_back(disease.predictors[j].id);
  }
  if (tells_year(disease.privacy)) report.quasi_identifiers.emplace_back(kYearColumn);

  const Checked checked = TRY(check_all(disease, records, cancel, result));
  const std::vector<int> level_of = choose_levels(disease, checked.rows);
  if (cancel.requested()) return cancelled();
  result.cohort_file = write_cohort(disease, records, checked, level_of, random);
  for (std::size_t i = 0; i < level_of.size(); ++i) {
    if (level_of[i] == kSuppressed) {
      ++report.suppressed;
    } else {
      result.members.push_back(checked.records[i]);
    }
  }
  test_suppression(records, checked, level_of, report);
  measure_told(disease, records, checked, level_of, report);
  if (report.records_out > 0 && report.k_reached < static_cast<std::uint64_t>(report.k_asked)) {
    return broken_invariant(fmt::format("a class of {} people was left where {} were asked",
                                        report.k_reached, report.k_asked));
  }
  explain(report);
  return result;
}

}  // namespace relearn
