#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "cli/commands.h"
#include "learning/cohort/file_anonymity.h"

namespace relearn {
namespace {

struct Checked {
  std::string disease;
  FileAnonymity anonymity;
};

/// As the disease that was asked for, or the first one whose columns fit.
Result<Checked> check(const CohortCheckCommand& command, const Context& context) {
  const auto measure = [&](const DiseaseFile& disease) {
    return measure_file_anonymity(disease, command.file, command.adapter, command.k,
                                  context.environment.cancel);
  };
  if (!command.disease.empty()) {
    const DiseaseFile disease = TRY(find_disease(context, command.disease));
    return Checked{disease.id, TRY(measure(disease))};
  }
  std::optional<Error> wrong;
  for (const DiseaseFile& disease : TRY(load_disease_folder(context.diseases))) {
    auto measured = measure(disease);
    if (measured.ok()) return Checked{disease.id, measured.take_value()};
    // The disease whose columns these are knows best what is wrong with them.
    if (!wrong || measured.error().kind != ErrorKind::NotFound) wrong = measured.take_error();
  }
  return *std::move(wrong);
}

std::string quasi_identifiers(const FileAnonymity& anonymity) {
  return anonymity.quasi_identifiers.empty()
             ? "none"
             : fmt::format("{}", fmt::join(anonymity.quasi_identifiers, ", "));
}

void print_json(std::FILE* out, const std::string& file, const Checked& checked) {
  const FileAnonymity& anonymity = checked.anonymity;
  const nlohmann::ordered_json json = {{"file", file},
                                       {"disease", checked.disease},
                                       {"adapter", anonymity.adapter},
                                       {"k", anonymity.k},
                                       {"keeps", anonymity.keeps()},
                                       {"quasi_identifiers", anonymity.quasi_identifiers},
                                       {"rows", anonymity.found.rows},
                                       {"persons", anonymity.found.persons},
                                       {"classes", anonymity.found.classes},
                                       {"smallest_class", anonymity.found.smallest},
                                       {"classes_below", anonymity.found.classes_below},
                                       {"rows_below", anonymity.found.rows_below},
                                       {"unreadable", anonymity.unreadable}};
  fmt::print(out, "{}\n", json.dump(2));
}

void print_text(std::FILE* out, const std::string& file, const Checked& checked) {
  const FileAnonymity& anonymity = checked.anonymity;
  const Anonymity& found = anonymity.found;
  fmt::print(out, "{}\n", file);
  fmt::print(out, "  k = {:<8} {}\n", anonymity.k, anonymity.keeps() ? "yes" : "no");
  fmt::print(out, "  disease      {}, adapter {}\n", checked.disease, anonymity.adapter);
  fmt::print(out, "  told         {}\n", quasi_identifiers(anonymity));
  fmt::print(out, "  rows         {}, of {} people\n", found.rows, found.persons);
  fmt::print(out, "  classes      {}, the smallest of {} people\n", found.classes, found.smallest);
  fmt::print(out, "  below k      {} rows in {} classes\n", found.rows_below, found.classes_below);
  if (anonymity.unreadable == 0) return;
  fmt::print(out, "  unreadable   {} rows; {}\n", anonymity.unreadable, anonymity.first_unreadable);
}

/// Why the answer is no.
std::string refusal(const std::string& file, const FileAnonymity& anonymity) {
  if (anonymity.unreadable > 0) {
    return fmt::format("{}: {} rows cannot be read, so that nobody can say whom they tell; {}",
                       file, anonymity.unreadable, anonymity.first_unreadable);
  }
  return fmt::format(
      "{}: {} of {} rows are like those of fewer than {} people in {}; the smallest class has {}",
      file, anonymity.found.rows_below, anonymity.found.rows, anonymity.k,
      quasi_identifiers(anonymity), anonymity.found.smallest);
}

}  // namespace

Result<void> run(const CohortCheckCommand& command, const Context& context) {
  const Checked checked = TRY(check(command, context));
  const std::string file = command.file.string();
  if (context.format == OutputFormat::Json) {
    print_json(context.environment.out, file, checked);
  } else {
    print_text(context.environment.out, file, checked);
  }
  if (!checked.anonymity.keeps()) return invalid_input(refusal(file, checked.anonymity));
  return {};
}

}  // namespace relearn
