#include "learning/cohort/file_anonymity.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/csv.h"
#include "learning/cohort/adapter_choice.h"
#include "learning/cohort/person_numbers.h"
#include "learning/cohort/row_decoder.h"

namespace relearn {
namespace {

constexpr std::uint64_t kRowsBetweenCancelChecks = 4096;

/// Collects what a row tells of who it is about.
class RowsTold {
 public:
  RowsTold(const DiseaseFile& disease, const AdapterChoice& choice)
      : decoder_(disease, *choice.adapter, choice.order) {
    for (std::size_t j = 0; j < disease.predictors.size(); ++j) {
      if (disease.predictors[j].quasi_identifier) predictors_.push_back(j);
    }
    const int year = choice.adapter->year_column;
    tells_year_ = year >= 0 &&
                  std::find(choice.order.begin(), choice.order.end(), year) != choice.order.end();
    columns_.resize(predictors_.size() + tells_year_);
  }

  void add(const CsvReader& row, FileAnonymity& result) {
    findings_.clear();
    decoder_.decode(row.fields(), row_, findings_);
    if (!findings_.empty()) {
      if (result.unreadable++ == 0) {
        result.first_unreadable = fmt::format("line {}: {}", row.line(), findings_.front().message);
      }
      return;
    }
    for (std::size_t q = 0; q < predictors_.size(); ++q) {
      columns_[q].push_back(row_.values[predictors_[q]]);
    }
    if (tells_year_) {
      columns_.back().push_back(row_.year == 0 ? std::numeric_limits<double>::quiet_NaN()
                                               : row_.year);
    }
    const auto number = static_cast<std::uint32_t>(persons_.size());
    persons_.push_back(decoder_.has_persons() ? numbers_.number_of(row_.person) : number);
  }

  void finish(const DiseaseFile& disease, FileAnonymity& result) const {
    for (const std::size_t j : predictors_) {
      result.quasi_identifiers.push_back(disease.predictors[j].id);
    }
    if (tells_year_) result.quasi_identifiers.emplace_back(kYearColumn);
    result.found = measure_anonymity(columns_, persons_, result.k);
  }

 private:
  const RowDecoder decoder_;
  std::vector<std::size_t> predictors_;
  bool tells_year_ = false;
  QuasiIdentifiers columns_;
  std::vector<std::uint32_t> persons_;
  PersonNumbers numbers_;
  RowDecoder::Row row_;
  std::vector<Finding> findings_;
};

}  // namespace

Result<FileAnonymity> measure_file_anonymity(const DiseaseFile& disease,
                                             const std::filesystem::path& path,
                                             std::string_view adapter, std::uint64_t k,
                                             const CancelToken& cancel) {
  const std::string file = path.string();
  CsvReader beginning(TRY(open_file_source(path)), file);
  const FileSample sample = TRY(read_sample(beginning));
  const AdapterChoice choice = TRY(choose_adapter(disease, sample, file, adapter));
  FileAnonymity result{.adapter = choice.adapter->id, .k = k};
  RowsTold told(disease, choice);
  CsvReader rows(TRY(open_file_source(path)), file);
  std::uint64_t until_check = 0;
  while (TRY(rows.next())) {
    if (rows.line() < sample.rows.front().line) continue;  // mark and header
    if (until_check-- == 0) {
      if (cancel.requested()) return cancelled();
      until_check = kRowsBetweenCancelChecks;
    }
    told.add(rows, result);
  }
  told.finish(disease, result);
  return result;
}

}  // namespace relearn
