// A disease, as one TOML file says it: predictors with their codes, units, limits and meaning, the
// outcome, how to read each known source of baseline data, thresholds, evidence criteria. Nothing
// about a disease stands anywhere else. The format is described in diseases/README.md.
//
// A DiseaseFile is immutable after loading and may be shared between threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "clinical/change_plan.h"
#include "clinical/model_card_texts.h"
#include "clinical/range.h"

namespace relearn {

enum class PredictorKind { Integer, Real, Binary, Category };

std::string_view word_of(PredictorKind kind);  // "integer", as in the file

/// One value of a Binary or Category predictor: canonical number, word in forms and files, meaning.
struct Code {
  int value = 0;
  std::string word;
  Text label;
  std::vector<std::string> aliases;  // other words that forms and files may use for it
};

/// A term of a public vocabulary. Only a verified one may leave the platform as that vocabulary's.
struct Terminology {
  std::string system;  // "LOINC", "SNOMED CT", "ICD-10"
  std::string code;
  std::string display;
  bool verified = false;  // compared with a licensed release by a person
};

/// canonical = factor * given + offset
struct AcceptedUnit {
  std::string ucum;
  double factor = 1;
  double offset = 0;
};

/// A value inside [low, high] was most likely given in another unit.
struct UnitTrap {
  double low = 0;
  double high = 0;
  std::string likely_unit;
};

/// What training and prediction do without a value.
enum class MissingPolicy {
  Reject,               // a record without it is quarantined, a form without it refused
  Impute,               // the training median (most frequent code)
  ImputeWithIndicator,  // the same, and the model also sees that it was missing
};

struct Predictor {
  std::string id;  // the one spelling: TOML, SQL, C++, JSON, model file
  Text label;
  Text help;
  PredictorKind kind = PredictorKind::Real;
  std::string unit;                          // UCUM; empty for codes
  std::vector<AcceptedUnit> accepted_units;  // besides `unit`
  std::vector<Code> codes;                   // Binary, Category
  Range hard;                                // outside: quarantined or refused
  Range soft;  // outside: a warning ("unlike the patients it learnt from")
  std::vector<UnitTrap> unit_traps;
  MissingPolicy missing = MissingPolicy::Reject;
  int direction = 0;  // expected marginal direction with disease: +1, -1, 0 = none or not monotone
  bool anchor = false;  // strong enough for the polarity gate
  bool quasi_identifier = false;
  bool in_model = true;               // false: read and checked, never learnt from
  std::optional<double> group_above;  // values above become this + 1 (ages over 89 are 90)
  std::vector<Terminology> terminology;

  bool is_coded() const { return kind == PredictorKind::Binary || kind == PredictorKind::Category; }
  /// The code with this number, or null.
  const Code* code(double value) const;
  /// "female (0), male (1)".
  std::string list_codes() const;
  /// For a reader: "typical_angina", "118 mg/dL", "missing" (NaN).
  std::string describe(double value) const;
};

/// A way to find out whether the disease is there, that counts as the truth.
struct ReferenceStandard {
  std::string id;  // "coronary_angiography"
  Text label;
  std::string source;  // "laboratory", "imaging", "specialist", "registry" ...
  bool trains = true;  // false: may be recorded, never trained on
};

struct OutcomeDefinition {
  std::string id;
  Text label;
  Text definition;
  Text positive;  // what 1 means, for a reader
  Text negative;
  std::vector<std::string> present_words, absent_words;  // what files and forms may say, lower case
  std::vector<ReferenceStandard> reference_standards;
  int horizon_days = 0;   // an outcome observed later than this after the prediction is about later
  int maturity_days = 0;  // a prediction counts when it is this old: cases are confirmed sooner
                          // than the healthy, so only closed cohorts train
  std::vector<Terminology> terminology;
};

/// One band of a quasi-identifier: values from `from` up to the next band become `as`.
struct Band {
  double from = 0;
  double as = 0;
};

/// How finely a snapshot may tell people apart.
struct PrivacyLevel {
  std::map<int, std::vector<Band>> bands;  // by index of a predictor; without any: as it is
  bool year = false;                       // the year of assessment is told
};

/// The [privacy] table: fixed, so that the next snapshot agrees with this one.
struct PrivacyPlan {
  int version = 0;
  int k = 5;
  double suppressed_share_max = 0.05;  // above: the report warns
  std::vector<PrivacyLevel> levels;  // finest first; a person is published at the first that has k
};

/// People for whom a report shows its figures apart.
struct Subgroup {
  std::string id;  // "women", "age_60_and_over"
  Text label;
  int predictor = -1;  // index
  Range range;         // of its value, both ends included; a code: low = high
};

/// Thresholds of the disease's decision.
struct DecisionThresholds {
  double decision = 0.5;  // risk at or above: "high"
  double moderate = 0.2;  // risk at or above: "moderate"
  Range net_benefit;      // decision-curve range
};

/// Text that decides the evidence tier: Riley's criteria need an anticipated C statistic.
struct EvidenceCriteria {
  double anticipated_auroc = 0.8;
  std::string tier_at_most = "clinical";  // "demonstration", "investigational" or "clinical"
};

/// A rule between predictors, for example "pregnancies <= age_years - 12".
/// Written in the file as a comparison of two sums; see diseases/README.md for the grammar.
struct CrossRule {
  std::string text;     // as written
  std::string message;  // one sentence, for the reader
  bool quarantines = false;
  struct Term {
    double factor = 1;
    int predictor = -1;  // index; -1: a constant
    int times = -1;      // index of a second predictor that multiplies; -1: none
  };
  std::vector<Term> left, right;  // both empty: the conditions of `when` must never all hold
  enum class Comparison { LessOrEqual, GreaterOrEqual, Less, Greater };
  Comparison comparison = Comparison::LessOrEqual;
  /// Checked only when all conditions hold, and never when a value it compares is missing.
  struct Condition {
    int predictor = -1;
    enum class Test { Equal, Greater, Less, Missing } test = Test::Equal;
    double value = 0;
  };
  std::vector<Condition> when;
};

/// How one known file is read: which column becomes which predictor, by which codes.
/// An empty cell is always missing. Codes compare as numbers when both are numbers ("1.0" is "1").
struct AdapterColumn {
  std::string source;                      // header name; empty when the file has none
  int position = -1;                       // 0-based, when the file has no header
  int predictor = -1;                      // index; -1: ignored or the outcome or the person
  std::string unit;                        // unit of the file; empty = canonical
  std::vector<std::string> missing_codes;  // "?", "-9", "0"
  std::map<std::string, double> code_map;  // file's value -> canonical code; empty = as it is
  bool optional = false;                   // the file may lack the column (canonical files)
};

struct Adapter {
  std::string id;  // "uci-processed"
  Text label;
  std::string source_site;  // for example "cleveland"; from the file name when empty
  bool header = false;
  std::vector<std::string> columns_in_order;  // header names or, without header, our names
  std::vector<AdapterColumn> columns;
  int outcome_column = -1;                        // index into columns
  std::map<std::string, int> outcome_codes;       // file's value -> 0 / 1
  int person_column = -1;                         // index into columns; -1: each row is a person
  int weight_column = -1;                         // index into columns; -1: every row counts fully
  int year_column = -1, contributor_column = -1;  // indices into columns
  int new_column = -1, served_risk_column = -1;   // indices into columns
  std::string person_pattern;                     // regular expression; group 1 is the person
  std::vector<std::string> file_names;            // names it is usually found under
};

/// The adapter that every disease has without writing it: header = predictor ids, the outcome id
/// and, if there are any, the columns below. It reads what this program writes.
inline constexpr std::string_view kCanonicalAdapter = "canonical";
inline constexpr std::string_view kPersonColumn = "person";
inline constexpr std::string_view kWeightColumn = "weight";  // influence, above 0, at most 1
inline constexpr std::string_view kYearColumn = "year";      // of assessment
inline constexpr std::string_view kContributorColumn = "contributor";  // a number, not learnt from
inline constexpr std::string_view kNewColumn = "new";  // 1: confirmed since the live model learnt
inline constexpr std::string_view kServedRiskColumn = "served_risk";  // what the live model said

/// A field of another platform's form.
struct ImportedField {
  std::vector<std::string> names;    // folded: letters and digits in lower case
  int predictor = -1;                // index; -1: not read
  std::vector<std::string> missing;  // values that mean "missing"
};

/// How rows of another platform's database are understood.
struct ImportedForm {
  std::string platform;                    // "healthpredict"
  std::string type;                        // what it calls the disease
  std::vector<std::string> default_forms;  // "Age: 50, BP: 120": as nobody filled it in
  std::vector<ImportedField> fields;

  /// The field of this name, or null.
  const ImportedField* find(std::string_view name) const;
};

/// Letters and digits in lower case: "Chest pain", "chest_pain" and "ChestPain" are one name.
std::string folded_name(std::string_view name);

/// A public file that `relearn data fetch` knows.
struct Download {
  std::string file_name;  // where it goes in the data folder
  std::string url;        // origin
  std::string member;     // member of the archive; empty: the file itself
  std::string sha256;     // of the file as stored
  std::uint64_t bytes = 0;
  std::string licence;
  std::string adapter;
};

struct DiseaseFile {
  std::string id;  // "heart"
  Text name;
  int version = 0;
  std::filesystem::path path;  // where it was read from
  std::string digest;          // SHA-256 of the file's bytes
  Text intended_use;
  Text population;
  Text limitations;
  ModelCardTexts card;
  std::string model_file_name;  // "heart_disease_model.sav"
  std::vector<Predictor> predictors;
  OutcomeDefinition outcome;
  DecisionThresholds thresholds;
  EvidenceCriteria evidence;
  PrivacyPlan privacy;
  ChangePlan plan;
  std::vector<CrossRule> cross_rules;
  std::vector<Subgroup> subgroups;
  std::vector<Adapter> adapters;  // as in the file, then the canonical one
  std::vector<ImportedForm> imports;
  std::vector<Download> downloads;
  std::vector<std::string> baseline;            // file names that together are the default baseline
  std::vector<std::string> baseline_otherwise;  // the same records under other names, or empty
  bool repeated_measures = false;  // several rows of a person are one assessment (their mean)
  std::string synthetic_toml;      // the [synthetic] table as TOML text, its keys at the top level

  /// Index of the predictor with this id, or -1.
  int find(std::string_view predictor_id) const;
  /// Indices of the predictors a model sees, in canonical (file) order: the inputs of a model file.
  std::vector<std::size_t> model_inputs() const;
};

/// Reads and checks one file: unknown keys, duplicate ids, limits out of order, codes outside the
/// limits, missing translations are refused with a sentence that names the place.
Result<DiseaseFile> load_disease_file(const std::filesystem::path& path);

/// All of a folder, in order of file name.
Result<std::vector<DiseaseFile>> load_disease_folder(const std::filesystem::path& folder);

}  // namespace relearn
