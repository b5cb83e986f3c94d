#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/commands.h"
#include "learning/cohort/baseline.h"

namespace relearn {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kRowsShown = 10;

struct CheckedFile {
  DiseaseFile disease;
  SourceReading reading;
};

/// Reads the file as the disease that was asked for, or as the one disease whose columns fit it.
Result<CheckedFile> check_file(const DataCheckCommand& command, const Context& context) {
  const CancelToken& cancel = context.environment.cancel;
  if (!command.disease.empty()) {
    DiseaseFile disease = TRY(find_disease(context, command.disease));
    SourceReading reading = TRY(read_source(disease, command.file, command.adapter, cancel));
    return CheckedFile{std::move(disease), std::move(reading)};
  }
  // The disease whose columns these are knows best what is wrong with the values.
  std::optional<Error> wrong, unknown;
  for (DiseaseFile& disease : TRY(load_disease_folder(context.diseases))) {
    auto reading = read_source(disease, command.file, command.adapter, cancel);
    if (reading.ok()) return CheckedFile{std::move(disease), reading.take_value()};
    std::optional<Error>& kept = reading.error().kind == ErrorKind::NotFound ? unknown : wrong;
    if (!kept) kept = reading.take_error();
  }
  if (wrong) return *std::move(wrong);
  if (!std::filesystem::exists(command.file)) return *std::move(unknown);
  return invalid_input(
      fmt::format("{}: its columns are those of no source of any disease; say --disease to learn "
                  "what is expected",
                  command.file.string()));
}

std::string share(std::uint64_t part, std::uint64_t whole) {
  return fmt::format(
      "{} ({:.1f} %)", part,
      whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::uint64_t cases(const SourceReading& reading) {
  std::uint64_t count = 0;
  for (const std::uint8_t outcome : reading.outcomes) count += outcome;
  return count;
}

Json reading_json(const DiseaseFile& disease, const SourceReading& reading) {
  Json missing = Json::object();
  for (std::size_t j = 0; j < disease.predictors.size(); ++j) {
    missing[disease.predictors[j].id] = reading.missing(j);
  }
  Json quarantined = Json::array();
  for (const QuarantinedRow& row : reading.quarantined) {
    quarantined.push_back({{"line", row.line}, {"reasons", row.reasons}});
  }
  Json findings = Json::array();
  for (const CountedFinding& finding : reading.findings) {
    findings.push_back({{"predictor", finding.first.predictor},
                        {"reason", finding.first.reason},
                        {"rows", finding.rows},
                        {"first_line", finding.first_line},
                        {"example", finding.first.message}});
  }
  return {{"file", reading.file},
          {"disease", disease.id},
          {"adapter", reading.adapter},
          {"source", reading.source},
          {"synthetic", reading.synthetic},
          {"rows", reading.counts.rows},
          {"accepted", reading.counts.accepted},
          {"accepted_with_warnings", reading.counts.accepted_with_warnings},
          {"quarantined", reading.counts.quarantined},
          {"duplicates", reading.counts.duplicates},
          {"persons", reading.counts.persons},
          {"cases", cases(reading)},
          {"missing", missing},
          {"polarity", reading.polarity.sentence},
          {"warnings", reading.warnings},
          {"findings", findings},
          {"quarantine", quarantined}};
}

void print_reading(std::FILE* out, const DiseaseFile& disease, const SourceReading& reading) {
  const ReadCounts& counts = reading.counts;
  fmt::print(out, "{}\n", reading.file);
  fmt::print(out, "  disease      {}{}\n", disease.id, reading.synthetic ? ", SYNTHETIC" : "");
  fmt::print(out, "  adapter      {}, source {}\n", reading.adapter, reading.source);
  fmt::print(out, "  rows         {}, of {} people\n", counts.rows, counts.persons);
  fmt::print(out, "  accepted     {}, {} of them with warnings\n", counts.accepted,
             counts.accepted_with_warnings);
  fmt::print(out, "  quarantined  {}, {} of them exact copies\n", counts.quarantined,
             counts.duplicates);
  fmt::print(out, "  with disease {}\n", share(cases(reading), reading.rows()));
  for (std::size_t j = 0; j < disease.predictors.size(); ++j) {
    if (reading.missing(j) == 0) continue;
    fmt::print(out, "  missing      {:<36} {}\n", disease.predictors[j].id,
               share(reading.missing(j), reading.rows()));
  }
  fmt::print(out, "  polarity     {}\n", reading.polarity.sentence);
  for (const std::string& warning : reading.warnings)
    fmt::print(out, "  warning      {}\n", warning);
  for (const CountedFinding& finding : reading.findings) {
    fmt::print(out, "  {:<12} {} row{}: {}\n",
               finding.first.severity == Finding::Severity::Warning ? "odd" : "refused",
               finding.rows, finding.rows == 1 ? "" : "s", finding.first.message);
  }
  for (std::size_t i = 0; i < std::min(kRowsShown, reading.quarantined.size()); ++i) {
    const QuarantinedRow& row = reading.quarantined[i];
    fmt::print(out, "  line {:<7} {}\n", row.line, row.reasons.front());
  }
  if (reading.quarantined.size() > kRowsShown) {
    fmt::print(out, "  and {} more lines; --quarantine FILE writes them all\n",
               reading.quarantined.size() - kRowsShown);
  }
}

}  // namespace

Result<void> run(const DataCheckCommand& command, const Context& context) {
  const CheckedFile checked = TRY(check_file(command, context));
  if (!command.quarantine.empty()) TRY(write_quarantine(checked.reading, command.quarantine));
  std::FILE* out = context.environment.out;
  if (context.format == OutputFormat::Json) {
    fmt::print(out, "{}\n", reading_json(checked.disease, checked.reading).dump(2));
  } else {
    print_reading(out, checked.disease, checked.reading);
  }
  return {};
}

}  // namespace relearn
