#include "learning/cohort/baseline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <memory>

#include "base/csv.h"
#include "base/file.h"
#include "learning/cohort/adapter_choice.h"
#include "learning/cohort/person_numbers.h"
#include "learning/cohort/repeated_rows.h"
#include "learning/cohort/row_decoder.h"
#include "learning/cohort/whole_set.h"

namespace relearn {
namespace {

constexpr std::uint64_t kRowsMax = std::numeric_limits<std::uint32_t>::max() - 1;
constexpr std::uint64_t kRowsReservedMax = std::uint64_t{1} << 25;
constexpr std::uint64_t kRowsBetweenCancelChecks = 4096;
/// A file of this many bad rows and mostly bad rows is not read to its end.
constexpr std::uint64_t kHopelessRowsMin = 10'000;

using Opener = std::function<Result<std::unique_ptr<ByteSource>>()>;

/// One kind of NaN, no negative zero: equal values have equal bytes.
float stored(double value) {
  if (std::isnan(value)) return std::numeric_limits<float>::quiet_NaN();
  return static_cast<float>(value) + 0.0f;
}

/// "processed.cleveland.data" comes from "cleveland".
std::string source_name(const Adapter& adapter, const std::string& file) {
  if (!adapter.source_site.empty()) return adapter.source_site;
  const std::string stem = std::filesystem::path(file).stem().string();
  const auto dot = stem.rfind('.');
  return dot == std::string::npos ? stem : stem.substr(dot + 1);
}

/// A stranger's file is judged as a whole, too; a snapshot was judged before it was generalised.
enum class Origin { Stranger, Snapshot };

/// Collects what the rows of one file say.
class ReadingBuilder {
 public:
  ReadingBuilder(const DiseaseFile& disease, const AdapterChoice& choice, const FileSample& sample,
                 std::string file, Origin origin)
      : disease_(disease),
        decoder_(disease, *choice.adapter, choice.order),
        origin_(origin),
        tally_(disease) {
    reading_.source = origin == Origin::Snapshot ? std::string(kSnapshotSource)
                                                 : source_name(*choice.adapter, file);
    reading_.file = std::move(file);
    reading_.adapter = choice.adapter->id;
    reading_.synthetic = sample.synthetic;
    reading_.header = sample.header;
    reading_.columns.resize(disease.predictors.size());
  }

  void reserve(std::uint64_t rows) {
    for (std::vector<float>& column : reading_.columns) column.reserve(rows);
    reading_.outcomes.reserve(rows);
    reading_.persons.reserve(rows);
    reading_.lines.reserve(rows);
  }

  Result<void> add(const CsvReader& row);
  Result<SourceReading> finish();

 private:
  void count(std::span<const Finding> findings, std::uint64_t line);
  void quarantine(std::uint64_t line, std::string_view text, std::span<const Finding> findings);
  void accept(const CsvReader& row);
  void check_values();
  void count_persons();
  void judge_repeats();
  void remove_rows(std::span<const std::uint32_t> rows);
  void renumber_persons();
  Result<void> judge_quarantine() const;
  Result<void> judge_outcomes();
  Result<void> judge_columns();
  Result<void> judge_polarity();
  void order_findings();
  Error refuse(std::string_view problem) const {
    return invalid_input(fmt::format("{}: {}", reading_.file, problem));
  }

  const DiseaseFile& disease_;
  const RowDecoder decoder_;
  const Origin origin_;
  SourceReading reading_;
  LimitTally tally_;
  PersonNumbers persons_;
  RepeatedRows known_rows_;
  struct Repeat {
    std::uint32_t row;
    std::uint32_t earlier;
    std::string text;
    bool warned;
  };
  std::vector<Repeat> repeats_;
  std::map<std::pair<std::string, std::string>, CountedFinding> counted_;  // predictor, reason
  RowDecoder::Row row_;
  std::vector<Finding> findings_;
};

void ReadingBuilder::count(std::span<const Finding> findings, std::uint64_t line) {
  for (const Finding& finding : findings) {
    CountedFinding& counted = counted_[{finding.predictor, finding.reason}];
    if (counted.rows++ == 0) counted.first = finding, counted.first_line = line;
  }
}

void ReadingBuilder::quarantine(std::uint64_t line, std::string_view text,
                                std::span<const Finding> findings) {
  QuarantinedRow row{.line = line, .text = std::string(text)};
  for (const Finding& finding : findings) {
    if (finding.severity == Finding::Severity::Quarantine) row.reasons.push_back(finding.message);
  }
  reading_.quarantined.push_back(std::move(row));
}

void ReadingBuilder::accept(const CsvReader& row) {
  const auto number = static_cast<std::uint32_t>(reading_.rows());
  for (std::size_t j = 0; j < row_.values.size(); ++j) {
    reading_.columns[j].push_back(stored(row_.values[j]));
  }
  reading_.outcomes.push_back(static_cast<std::uint8_t>(row_.outcome));
  reading_.persons.push_back(decoder_.has_persons() ? persons_.number_of(row_.person) : number);
  reading_.lines.push_back(static_cast<std::uint32_t>(row.line()));
  if (decoder_.has_weights()) reading_.weights.push_back(row_.weight);
  if (decoder_.has_contributors()) reading_.contributors.push_back(row_.contributor);
  if (decoder_.has_news()) reading_.is_new.push_back(row_.is_new);
  if (decoder_.has_served_risks()) reading_.served_risks.push_back(row_.served_risk);
  reading_.counts.accepted_with_warnings += !findings_.empty();
  if (origin_ == Origin::Snapshot) return;  // people may be alike: that is what it was made for
  const RepeatedRows::Place earlier = known_rows_.find_or_add(reading_, number);
  if (earlier.reading != nullptr) {
    repeats_.push_back({number, earlier.row, std::string(row.text()), !findings_.empty()});
  }
}

/// Rules between values held before bands took the place of a snapshot's values.
void ReadingBuilder::check_values() {
  if (origin_ == Origin::Stranger) {
    tally_.add(row_.values);
    check_record(disease_, row_.values, findings_);
    return;
  }
  for (std::size_t j = 0; j < row_.values.size(); ++j) {
    check_value(disease_.predictors[j], row_.values[j], findings_);
  }
}

Result<void> ReadingBuilder::add(const CsvReader& row) {
  if (row.line() > kRowsMax) return refuse(fmt::format("has more than {} lines", kRowsMax));
  ++reading_.counts.rows;
  findings_.clear();
  decoder_.decode(row.fields(), row_, findings_);
  if (findings_.empty()) {
    check_values();
  }
  if (!findings_.empty()) count(findings_, row.line());
  if (!is_quarantined(findings_)) {
    accept(row);
    return {};
  }
  quarantine(row.line(), row.text(), findings_);
  const std::uint64_t bad = reading_.quarantined.size();
  if (bad < kHopelessRowsMin || 2 * bad < reading_.counts.rows) return {};
  if (const auto sentence = tally_.impossible_column()) return refuse(*sentence);
  return judge_quarantine();
}

/// Twins that chance explains stay, with a warning; copies go into quarantine.
void ReadingBuilder::judge_repeats() {
  if (repeats_.empty()) return;
  const ChanceTwins chance(reading_);
  std::vector<std::uint32_t> copies;
  for (const Repeat& repeat : repeats_) {
    if (chance.expected(reading_, repeat.row) > kChanceTwinsMax) continue;
    const std::uint64_t line = reading_.lines[repeat.row];
    const Finding finding{
        .severity = Finding::Severity::Quarantine,
        .reason = "exact duplicate",
        .message = fmt::format("says exactly the same as line {}", reading_.lines[repeat.earlier])};
    count({&finding, 1}, line);
    quarantine(line, repeat.text, {&finding, 1});
    reading_.counts.accepted_with_warnings -= repeat.warned;
    copies.push_back(repeat.row);
  }
  if (const std::size_t twins = repeats_.size() - copies.size(); twins > 0) {
    reading_.warnings.push_back(fmt::format(
        "{} rows say the same as an earlier row and stay: among so many rows with so few "
        "different values people coincide",
        twins));
  }
  reading_.counts.duplicates = copies.size();
  if (copies.empty()) return;
  std::sort(reading_.quarantined.begin(), reading_.quarantined.end(),
            [](const QuarantinedRow& a, const QuarantinedRow& b) { return a.line < b.line; });
  remove_rows(copies);
}

/// rows: ascending.
void ReadingBuilder::remove_rows(std::span<const std::uint32_t> rows) {
  const auto remove = [&](auto& items) {
    std::size_t kept = 0, next = 0;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (next < rows.size() && rows[next] == i) {
        ++next;
      } else {
        items[kept++] = items[i];
      }
    }
    items.resize(kept);
  };
  for (std::vector<float>& column : reading_.columns) remove(column);
  remove(reading_.outcomes);
  remove(reading_.persons);
  remove(reading_.lines);
  remove(reading_.weights);
  remove(reading_.contributors);
  remove(reading_.is_new);
  remove(reading_.served_risks);
  renumber_persons();
}

void ReadingBuilder::renumber_persons() {
  std::vector<std::uint32_t> number_of;
  std::uint32_t next = 0;
  for (std::uint32_t& person : reading_.persons) {
    if (person >= number_of.size()) number_of.resize(person + 1, RowTable::kNone);
    if (number_of[person] == RowTable::kNone) number_of[person] = next++;
    person = number_of[person];
  }
}

Result<void> ReadingBuilder::judge_quarantine() const {
  const std::uint64_t bad = reading_.quarantined.size();
  const std::uint64_t rows = reading_.counts.rows;
  if (static_cast<double>(bad) <= kQuarantinedShareMax * static_cast<double>(rows)) return {};
  const CountedFinding* main = nullptr;
  for (const auto& [key, counted] : counted_) {
    const bool reason = counted.first.severity == Finding::Severity::Quarantine;
    if (reason && (main == nullptr || counted.rows > main->rows)) main = &counted;
  }
  return refuse(fmt::format(
      "{} of {} rows cannot be accepted, at most {:.0f} % may be so; {} of them as "
      "in line {}: {}",
      bad, rows, 100 * kQuarantinedShareMax, main->rows, main->first_line, main->first.message));
}

void ReadingBuilder::count_persons() {
  for (const std::uint32_t person : reading_.persons) {
    reading_.counts.persons = std::max<std::uint64_t>(reading_.counts.persons, person + 1);
  }
}

Result<void> ReadingBuilder::judge_outcomes() {
  const auto cases =
      static_cast<std::uint64_t>(std::count(reading_.outcomes.begin(), reading_.outcomes.end(), 1));
  if (cases == 0 || cases == reading_.rows()) {
    return refuse(
        fmt::format("{} is {} in all {} rows; a model learns from the difference between "
                    "people with the disease and without",
                    disease_.outcome.id, cases == 0 ? 0 : 1, reading_.rows()));
  }
  const std::uint64_t persons = reading_.counts.persons;
  if (persons == reading_.rows()) return {};
  std::vector<std::uint8_t> seen(persons, 0);  // bit 0: without the disease, bit 1: with it
  for (std::size_t i = 0; i < reading_.rows(); ++i) {
    seen[reading_.persons[i]] |= static_cast<std::uint8_t>(1 << reading_.outcomes[i]);
  }
  const auto both = std::count(seen.begin(), seen.end(), 3);
  if (both > 0) {
    reading_.warnings.push_back(fmt::format("{} of {} people have rows with {} and rows without",
                                            both, persons, disease_.outcome.id));
  }
  return {};
}

Result<void> ReadingBuilder::judge_columns() {
  const Associations associations(disease_, reading_.columns, reading_.outcomes, reading_.persons);
  if (const auto sentence = associations.shifted_column()) return refuse(*sentence);
  for (std::string& sentence : associations.useless_columns()) {
    reading_.warnings.push_back(std::move(sentence));
  }
  for (std::string& sentence : tally_.unusual_columns()) {
    reading_.warnings.push_back(std::move(sentence));
  }
  return {};
}

Result<void> ReadingBuilder::judge_polarity() {
  PolarityData data{.outcomes = reading_.outcomes, .persons = reading_.persons};
  data.predictors.assign(reading_.columns.begin(), reading_.columns.end());
  reading_.polarity = check_polarity(disease_, data);
  switch (reading_.polarity.verdict) {
    case PolarityReport::Verdict::Failed:
      return refuse(reading_.polarity.sentence);
    case PolarityReport::Verdict::Warned:
    case PolarityReport::Verdict::NotTested:
      reading_.warnings.push_back(reading_.polarity.sentence);
      return {};
    case PolarityReport::Verdict::Passed:
      return {};
  }
  return {};
}

void ReadingBuilder::order_findings() {
  for (auto& [key, counted] : counted_) reading_.findings.push_back(std::move(counted));
  std::stable_sort(
      reading_.findings.begin(), reading_.findings.end(),
      [](const CountedFinding& a, const CountedFinding& b) { return a.rows > b.rows; });
}

Result<SourceReading> ReadingBuilder::finish() {
  if (origin_ == Origin::Stranger) {
    if (const auto sentence = tally_.impossible_column()) return refuse(*sentence);
    judge_repeats();
    TRY(judge_quarantine());
    count_persons();
    TRY(judge_outcomes());
    TRY(judge_columns());
    TRY(judge_polarity());
  } else {
    TRY(judge_quarantine());
    count_persons();
  }
  order_findings();
  reading_.counts.accepted = reading_.rows();
  reading_.counts.quarantined = reading_.quarantined.size();
  return std::move(reading_);
}

Result<SourceReading> read_records(const DiseaseFile& disease, const std::string& file,
                                   const Opener& open, std::string_view adapter, Origin origin,
                                   const CancelToken& cancel) {
  CsvReader beginning(TRY(open()), file);
  const FileSample sample = TRY(read_sample(beginning));
  const AdapterChoice choice = TRY(choose_adapter(disease, sample, file, adapter));
  ReadingBuilder builder(disease, choice, sample, file, origin);

  std::unique_ptr<ByteSource> source = TRY(open());
  builder.reserve(std::min(kRowsReservedMax, source->size() * (sample.rows.size() + 1) /
                                                 std::max(sample.bytes, std::uint64_t{1})));
  CsvReader rows(std::move(source), file);
  std::uint64_t until_check = 0;
  while (TRY(rows.next())) {
    if (rows.line() < sample.rows.front().line) continue;  // mark and header
    if (until_check-- == 0) {
      if (cancel.requested()) return cancelled();
      until_check = kRowsBetweenCancelChecks;
    }
    TRY(builder.add(rows));
  }
  return builder.finish();
}

}  // namespace

std::size_t SourceReading::missing(std::size_t predictor) const {
  return static_cast<std::size_t>(std::count_if(columns[predictor].begin(),
                                                columns[predictor].end(),
                                                [](float value) { return std::isnan(value); }));
}

Result<SourceReading> read_source(const DiseaseFile& disease, const std::filesystem::path& path,
                                  std::string_view adapter, const CancelToken& cancel) {
  return read_records(
      disease, path.string(), [&] { return open_file_source(path); }, adapter, Origin::Stranger,
      cancel);
}

Result<SourceReading> read_snapshot(const DiseaseFile& disease, const std::filesystem::path& path,
                                    const CancelToken& cancel) {
  return read_records(
      disease, path.string(), [&] { return open_file_source(path); }, kCanonicalAdapter,
      Origin::Snapshot, cancel);
}

Result<SourceReading> read_source_text(const DiseaseFile& disease, std::string_view text,
                                       const std::string& file, std::string_view adapter,
                                       const CancelToken& cancel) {
  const Opener open = [&]() -> Result<std::unique_ptr<ByteSource>> {
    return make_text_source(text);
  };
  return read_records(disease, file, open, adapter, Origin::Stranger, cancel);
}

Result<void> write_quarantine(const SourceReading& reading, const std::filesystem::path& path) {
  std::string text;
  if (!reading.header.empty()) text = reading.header + '\n';
  for (const QuarantinedRow& row : reading.quarantined) {
    text += row.text;
    text += '\n';
  }
  return write_file_atomically(path, text);
}

}  // namespace relearn
