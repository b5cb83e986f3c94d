#include <fmt/format.h>

#include "learning/evaluation/report.h"

namespace relearn {
namespace {

std::string words_in(const Text& text, std::string_view language) {
  if (const auto found = text.find(language); found != text.end()) return found->second;
  const auto english = text.find("en");
  return english == text.end() ? std::string() : english->second;
}

const InputColumn* column_of(const Cohort& cohort, std::string_view id, std::size_t& index) {
  for (index = 0; index < cohort.columns.size(); ++index) {
    if (cohort.columns[index].id == id) return &cohort.columns[index];
  }
  return nullptr;
}

}  // namespace

std::vector<ReportGroup> report_groups(const DiseaseFile& disease, const Cohort& cohort,
                                       std::string_view language) {
  std::vector<ReportGroup> groups;
  for (const Subgroup& subgroup : disease.subgroups) {
    const Predictor& predictor = disease.predictors[static_cast<std::size_t>(subgroup.predictor)];
    std::size_t column = 0;
    if (!column_of(cohort, predictor.id, column)) continue;  // read, but no input of models
    ReportGroup group{subgroup.id, words_in(subgroup.label, language), {}};
    // A comparison with NaN is false: a missing value belongs nowhere.
    for (const float value : cohort.column(column)) {
      group.member.push_back(subgroup.range.contains(value) ? 1 : 0);
    }
    groups.push_back(std::move(group));
  }
  if (cohort.source_names.size() < 2) return groups;
  for (std::size_t s = 0; s < cohort.source_names.size(); ++s) {
    const std::string& site = cohort.source_names[s];
    ReportGroup group{fmt::format("site_{}", site), fmt::format("Site: {}", site), {}};
    for (const std::uint16_t source : cohort.sources) group.member.push_back(source == s ? 1 : 0);
    groups.push_back(std::move(group));
  }
  return groups;
}

}  // namespace relearn
