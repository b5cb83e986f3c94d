// Turns the fields of one row of a file into canonical values, as an adapter of the disease says.
// The adapter's words are compiled once, so that a row of plain numbers costs a few nanoseconds a
// value. Immutable after construction; may be shared between threads.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "clinical/disease_file.h"
#include "clinical/record_check.h"
#include "learning/cohort/cohort.h"

namespace relearn {

/// Which column of the adapter stands at which place of the file. -1: not one of the adapter's.
using ColumnOrder = std::vector<int>;

/// The order in which the adapter lists its columns: for files without header.
ColumnOrder listed_order(const Adapter& adapter);

class RowDecoder {
 public:
  /// order: as long as the file's rows; the disease and the adapter must outlive the decoder.
  RowDecoder(const DiseaseFile& disease, const Adapter& adapter, const ColumnOrder& order);

  std::size_t fields() const { return plans_.size(); }
  bool has_persons() const { return has_persons_; }
  bool has_weights() const { return has_weights_; }
  bool has_contributors() const { return has_contributors_; }
  bool has_news() const { return has_news_; }
  bool has_served_risks() const { return has_served_risks_; }

  struct Row {
    std::vector<double> values;  // one per predictor of the disease, canonical, NaN = missing
    int outcome = -1;            // 0 or 1
    std::string_view person;     // a part of the fields; empty when the file names none
    double weight = 1;           // above 0, at most 1
    int year = 0;                // of assessment; 0: not told
    std::uint32_t contributor = kNoContributor;
    std::uint8_t is_new = 0;  // 1: confirmed since the live model learnt
    double served_risk = 0;   // NaN: not told
  };

  /// Fills `row` and appends a Quarantine finding for whatever cannot be understood: too few or too
  /// many fields, texts that are neither numbers nor known codes, no outcome, no person, an
  /// impossible weight.
  void decode(std::span<const std::string_view> fields, Row& row,
              std::vector<Finding>& findings) const;

 private:
  /// Texts of a file with what they mean; those that are numbers compare as numbers.
  struct Meanings {
    std::vector<std::pair<double, double>> numbers;
    std::vector<std::pair<std::string, double>> words;
    void add(const std::string& text, double meaning);
    const double* find(std::string_view text, double number) const;  // number: NaN when it is none
    bool empty() const { return numbers.empty() && words.empty(); }
  };
  enum class Role {
    Ignored,
    Predictor,
    Outcome,
    Person,
    Weight,
    Year,
    Contributor,
    New,
    ServedRisk
  };
  struct Plan {
    Role role = Role::Ignored;
    std::size_t predictor = 0;
    Meanings meanings;  // declared codes and missing codes
    bool only_meanings = false;
    double factor = 1, offset = 0;
  };

  void decode_value(const Plan& plan, std::string_view text, Row& row,
                    std::vector<Finding>& findings) const;
  void decode_outcome(const Plan& plan, std::string_view text, Row& row,
                      std::vector<Finding>& findings) const;
  void decode_person(std::string_view text, Row& row, std::vector<Finding>& findings) const;
  void decode_field(const Plan& plan, std::string_view text, Row& row,
                    std::vector<Finding>& findings) const;
  Plan plan_column(const Adapter& adapter, std::size_t column) const;

  const DiseaseFile& disease_;
  std::vector<Plan> plans_;  // one per field
  bool has_persons_ = false;
  bool has_weights_ = false;
  bool has_contributors_ = false;
  bool has_news_ = false;
  bool has_served_risks_ = false;
  struct PersonPattern;
  std::shared_ptr<const PersonPattern> person_pattern_;  // null: the whole field is the person
};

}  // namespace relearn
