#include "learning/cohort/assemble.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "learning/cohort/repeated_rows.h"

namespace relearn {
namespace {

constexpr std::size_t kSourcesMax = std::numeric_limits<std::uint16_t>::max();
constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

/// For each reading, the rows that an earlier reading already has; ascending.
using LeftOut = std::vector<std::vector<std::uint32_t>>;

Result<LeftOut> find_copies(std::span<const SourceReading> readings,
                            std::vector<std::string>& warnings) {
  LeftOut left_out(readings.size());
  if (readings.size() < 2) return left_out;
  RepeatedRows known;
  std::map<const SourceReading*, ChanceTwins> chance;
  for (std::size_t r = 0; r < readings.size(); ++r) {
    const SourceReading& reading = readings[r];
    std::set<std::string> files;
    for (std::uint32_t row = 0; row < reading.rows(); ++row) {
      const SourceReading* earlier = known.find_or_add(reading, row).reading;
      if (earlier == nullptr || earlier == &reading) continue;
      const auto twins = chance.try_emplace(earlier, *earlier).first;
      if (twins->second.expected(reading, row) > kChanceTwinsMax) continue;
      left_out[r].push_back(row);
      files.insert(earlier->file);
    }
    if (files.empty()) continue;
    const std::string fact =
        fmt::format("{}: {} of {} rows are also in {}", reading.file, left_out[r].size(),
                    reading.rows(), fmt::join(files, ", "));
    if (2 * left_out[r].size() > reading.rows()) {
      return invalid_input(fact + "; are these the same people? leave one of the files out");
    }
    warnings.push_back(fact + "; they are taken once");
  }
  return left_out;
}

/// `rows` without those left out, in order: calls use(row) for each.
template <typename Use>
void for_each_kept(std::size_t rows, std::span<const std::uint32_t> left_out, const Use& use) {
  std::size_t next = 0;
  for (std::uint32_t row = 0; row < rows; ++row) {
    if (next < left_out.size() && left_out[next] == row) {
      ++next;
    } else {
      use(row);
    }
  }
}

/// Index of the source of this name, added when it is new.
std::uint16_t source_index(std::vector<std::string>& names, const std::string& name) {
  const auto known = std::find(names.begin(), names.end(), name);
  if (known == names.end()) {
    names.push_back(name);
    return static_cast<std::uint16_t>(names.size() - 1);
  }
  return static_cast<std::uint16_t>(known - names.begin());
}

/// Outcomes, weights, persons (dense over all readings) and sources; not the values.
void append_people(const SourceReading& reading, std::uint16_t file,
                   std::span<const std::uint32_t> left_out, std::uint32_t& persons,
                   Cohort& cohort) {
  const std::uint16_t source = source_index(cohort.source_names, reading.source);
  std::vector<std::uint32_t> number_of(reading.counts.persons, RowTable::kNone);
  for_each_kept(reading.rows(), left_out, [&](std::uint32_t row) {
    std::uint32_t& number = number_of[reading.persons[row]];
    if (number == RowTable::kNone) number = persons++;
    cohort.outcomes.push_back(reading.outcomes[row]);
    cohort.weights.push_back(reading.weights.empty() ? 1.0 : reading.weights[row]);
    cohort.persons.push_back(number);
    cohort.sources.push_back(source);
    cohort.files.push_back(file);
  });
}

/// Appends `of` of each reading's kept rows, `otherwise` where a reading does not tell; nothing
/// when none does.
template <typename T>
void append_if_told(std::span<const SourceReading> readings, const LeftOut& left_out,
                    std::vector<T> SourceReading::*of, T otherwise, std::vector<T>& to) {
  const auto told = [&](const SourceReading& reading) { return !(reading.*of).empty(); };
  if (std::ranges::none_of(readings, told)) return;
  for (std::size_t r = 0; r < readings.size(); ++r) {
    for_each_kept(readings[r].rows(), left_out[r], [&](std::uint32_t row) {
      to.push_back(told(readings[r]) ? (readings[r].*of)[row] : otherwise);
    });
  }
}

float grouped(const Predictor& predictor, float value) {
  if (!predictor.group_above || !(value > static_cast<float>(*predictor.group_above))) return value;
  return static_cast<float>(*predictor.group_above + 1);
}

/// The mean of the values that are there.
float mean_of(std::span<const float> values) {
  double sum = 0;
  std::size_t present = 0;
  for (const float value : values) {
    if (std::isnan(value)) continue;
    sum += value;
    ++present;
  }
  return present == 0 ? kMissing : static_cast<float>(sum / static_cast<double>(present));
}

/// The file and the contributor of the person's first row; new or locked when any row is; the mean
/// of the risks served.
void append_verdict_facts(const Cohort& cohort, std::span<const std::uint32_t> rows,
                          Cohort& people) {
  if (!cohort.files.empty()) people.files.push_back(cohort.files[rows.front()]);
  if (!cohort.contributors.empty()) {
    people.contributors.push_back(cohort.contributors[rows.front()]);
  }
  if (!cohort.is_new.empty()) {
    std::uint8_t standing = 0;  // locked before new before neither
    for (const std::uint32_t row : rows) standing = std::max(standing, cohort.is_new[row]);
    people.is_new.push_back(standing);
  }
  if (!cohort.served_risks.empty()) {
    double sum = 0, told = 0;
    for (const std::uint32_t row : rows) {
      if (std::isnan(cohort.served_risks[row])) continue;
      sum += cohort.served_risks[row];
      ++told;
    }
    people.served_risks.push_back(told > 0 ? sum / told : double{kMissing});
  }
}

/// The value that is there most often; of equally frequent ones the smallest.
float most_frequent(std::span<const float> values) {
  std::map<float, std::size_t> counts;
  for (const float value : values) {
    if (!std::isnan(value)) ++counts[value];
  }
  float best = kMissing;
  std::size_t most = 0;
  for (const auto& [value, count] : counts) {
    if (count > most) best = value, most = count;
  }
  return best;
}

}  // namespace

Result<Assembly> assemble(const DiseaseFile& disease, std::vector<SourceReading> readings) {
  if (readings.empty())
    return invalid_input(fmt::format("{}: there is no file to read", disease.id));
  if (readings.size() > kSourcesMax) {
    return invalid_input(
        fmt::format("{} files; at most {} are possible", readings.size(), kSourcesMax));
  }
  for (const SourceReading& reading : readings) {
    if (reading.synthetic == readings.front().synthetic) continue;
    return invalid_input(fmt::format("{} and {}: one holds invented people, the other real ones",
                                     readings.front().file, reading.file));
  }
  Assembly assembly;
  const LeftOut left_out = TRY(find_copies(readings, assembly.warnings));
  Cohort& cohort = assembly.cohort;
  cohort.disease = disease.id;
  cohort.columns = input_columns(disease);
  cohort.synthetic = readings.front().synthetic;
  std::uint32_t persons = 0;
  for (std::size_t r = 0; r < readings.size(); ++r) {
    append_people(readings[r], static_cast<std::uint16_t>(r), left_out[r], persons, cohort);
  }
  append_if_told(readings, left_out, &SourceReading::contributors, kNoContributor,
                 cohort.contributors);
  append_if_told(readings, left_out, &SourceReading::is_new, std::uint8_t{0}, cohort.is_new);
  append_if_told(readings, left_out, &SourceReading::served_risks, double{kMissing},
                 cohort.served_risks);
  cohort.values.reserve(cohort.rows() * cohort.columns.size());
  for (const std::size_t j : disease.model_inputs()) {
    for (std::size_t r = 0; r < readings.size(); ++r) {
      // The reading's column goes as soon as it is copied: the values are in memory once.
      const std::vector<float> column = std::move(readings[r].columns[j]);
      for_each_kept(column.size(), left_out[r], [&](std::uint32_t row) {
        cohort.values.push_back(grouped(disease.predictors[j], column[row]));
      });
    }
  }
  cohort.digest = cohort_digest(cohort);
  return assembly;
}

Cohort mean_per_person(const Cohort& cohort) {
  std::uint32_t persons = 0;
  for (const std::uint32_t person : cohort.persons) persons = std::max(persons, person + 1);
  std::vector<std::vector<std::uint32_t>> rows_of(persons);
  for (std::uint32_t i = 0; i < cohort.rows(); ++i) rows_of[cohort.persons[i]].push_back(i);

  Cohort people{.disease = cohort.disease, .columns = cohort.columns};
  people.source_names = cohort.source_names;
  people.synthetic = cohort.synthetic;
  for (std::uint32_t person = 0; person < persons; ++person) {
    std::size_t ill = 0;
    double weight = 0;
    for (const std::uint32_t row : rows_of[person]) {
      ill += cohort.outcomes[row];
      weight += cohort.weights[row];
    }
    people.outcomes.push_back(2 * ill >= rows_of[person].size() ? 1 : 0);
    people.weights.push_back(weight / static_cast<double>(rows_of[person].size()));
    people.persons.push_back(person);
    people.sources.push_back(cohort.sources[rows_of[person].front()]);
    append_verdict_facts(cohort, rows_of[person], people);
  }
  std::vector<float> values;
  for (std::size_t j = 0; j < cohort.columns.size(); ++j) {
    const PredictorKind kind = cohort.columns[j].kind;
    const bool coded = kind == PredictorKind::Binary || kind == PredictorKind::Category;
    for (const std::vector<std::uint32_t>& rows : rows_of) {
      values.clear();
      for (const std::uint32_t row : rows) values.push_back(cohort.column(j)[row]);
      people.values.push_back(coded ? most_frequent(values) : mean_of(values));
    }
  }
  people.digest = cohort_digest(people);
  return people;
}

}  // namespace relearn
