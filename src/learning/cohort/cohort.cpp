#include "learning/cohort/cohort.h"

#include <bit>
#include <map>
#include <type_traits>

#include "base/digest.h"

namespace relearn {
namespace {

static_assert(std::endian::native == std::endian::little,
              "the digest is of little-endian numbers, so that every machine has the same");

/// Feeds each item with its length in front, so that no two different cohorts give the same bytes.
class DigestOfFields {
 public:
  void text(std::string_view text) {
    number(text.size());
    digest_.update(text);
  }
  void number(std::uint64_t number) { bytes(&number, sizeof number); }
  template <typename T>
  void numbers(const std::vector<T>& items) {
    static_assert(std::is_arithmetic_v<T>);
    number(items.size());
    bytes(items.data(), items.size() * sizeof(T));
  }
  std::string finish() { return digest_.finish(); }

 private:
  void bytes(const void* data, std::size_t size) {
    digest_.update({static_cast<const char*>(data), size});
  }
  Sha256 digest_;
};

}  // namespace

std::vector<InputColumn> input_columns(const DiseaseFile& disease) {
  std::vector<InputColumn> columns;
  for (const std::size_t index : disease.model_inputs()) {
    const Predictor& predictor = disease.predictors[index];
    InputColumn column{.id = predictor.id, .kind = predictor.kind, .missing = predictor.missing};
    if (predictor.kind == PredictorKind::Category) {
      for (const Code& code : predictor.codes) column.codes.push_back(code.value);
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

std::vector<float> Cohort::row(std::size_t i) const {
  std::vector<float> inputs(columns.size());
  for (std::size_t j = 0; j < inputs.size(); ++j) inputs[j] = values[j * rows() + i];
  return inputs;
}

std::string cohort_digest(const Cohort& cohort) {
  DigestOfFields digest;
  digest.text(cohort.disease);
  digest.number(cohort.columns.size());
  for (const InputColumn& column : cohort.columns) {
    digest.text(column.id);
    digest.number(static_cast<std::uint64_t>(column.kind));
    digest.numbers(column.codes);
    digest.number(static_cast<std::uint64_t>(column.missing));
  }
  digest.numbers(cohort.values);
  digest.numbers(cohort.outcomes);
  digest.numbers(cohort.weights);
  digest.numbers(cohort.persons);
  digest.numbers(cohort.sources);
  digest.number(cohort.source_names.size());
  for (const std::string& name : cohort.source_names) digest.text(name);
  digest.number(cohort.synthetic ? 1 : 0);
  return digest.finish();
}

Cohort take_rows(const Cohort& cohort, std::span<const std::uint32_t> rows) {
  Cohort taken{.disease = cohort.disease, .columns = cohort.columns};
  taken.source_names = cohort.source_names;
  taken.synthetic = cohort.synthetic;
  const auto take = [&](const auto& from, auto& to) {
    if (from.empty()) return;
    to.reserve(rows.size());
    for (const std::uint32_t row : rows) to.push_back(from[row]);
  };
  taken.values.reserve(rows.size() * cohort.columns.size());
  for (std::size_t j = 0; j < cohort.columns.size(); ++j) {
    for (const std::uint32_t row : rows) taken.values.push_back(cohort.column(j)[row]);
  }
  take(cohort.outcomes, taken.outcomes);
  take(cohort.weights, taken.weights);
  std::map<std::uint32_t, std::uint32_t> numbers;
  for (const std::uint32_t row : rows) {
    const auto next = static_cast<std::uint32_t>(numbers.size());
    taken.persons.push_back(numbers.try_emplace(cohort.persons[row], next).first->second);
  }
  take(cohort.sources, taken.sources);
  take(cohort.files, taken.files);
  take(cohort.contributors, taken.contributors);
  take(cohort.is_new, taken.is_new);
  take(cohort.served_risks, taken.served_risks);
  return taken;
}

}  // namespace relearn
