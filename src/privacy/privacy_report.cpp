#include "privacy/privacy_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace relearn {
namespace {

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

double rounded(double share) { return std::round(1000 * share) / 1000; }

std::uint64_t total(const std::map<std::string, std::uint64_t>& counts) {
  std::uint64_t sum = 0;
  for (const auto& [reason, count] : counts) sum += count;
  return sum;
}

std::string said(std::uint64_t count, std::string_view thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

std::string who_passed(const PrivacyReport& report) {
  if (report.records_out == 0) {
    return fmt::format("none of {} passed", said(report.records_in, "record"));
  }
  const std::string alike =
      report.quasi_identifiers.empty()
          ? fmt::format("nothing in them tells {} people apart by what others know of them",
                        report.k_reached)
          : fmt::format("whoever knows {} of somebody cannot tell fewer than {} people apart",
                        fmt::join(report.quasi_identifiers, " and "), report.k_reached);
  return fmt::format("{} of {} passed, of {} people; {}", report.records_out,
                     said(report.records_in, "record"), report.persons_out, alike);
}

std::string who_did_not(const PrivacyReport& report) {
  std::string text;
  if (const std::uint64_t aside = total(report.set_aside); aside > 0) {
    std::vector<std::string> reasons;
    for (const auto& [reason, count] : report.set_aside) {
      reasons.push_back(fmt::format("{} {}", reason, count));
    }
    text += fmt::format("; {} set aside ({})", aside, fmt::join(reasons, ", "));
  }
  if (report.suppressed > 0) {
    text += fmt::format("; {} left out because fewer than {} people were like them ({})",
                        report.suppressed, report.k_asked, percent(report.suppressed_share()));
  }
  return text;
}

}  // namespace

double PrivacyReport::suppressed_share() const {
  const std::uint64_t checked = records_out + suppressed;
  return checked == 0 ? 0 : static_cast<double>(suppressed) / static_cast<double>(checked);
}

void explain(PrivacyReport& report) {
  report.warnings.clear();
  if (report.suppressed_share() > report.suppressed_share_max) {
    report.warnings.push_back(fmt::format(
        "{} of the records were left out, more than {}: too few people, or bands too fine",
        percent(report.suppressed_share()), percent(report.suppressed_share_max)));
  }
  if (report.suppression_p < kSuppressionPMin) {
    report.warnings.push_back(fmt::format(
        "who was left out depends on the outcome (p = {:.2g}): {} people with the disease and {} "
        "without are missing, and a model would learn from a distorted group",
        report.suppression_p, report.suppressed_with, report.suppressed_without));
  }
  report.sentence = who_passed(report) + who_did_not(report) + '.';
}

std::string privacy_report_json(const PrivacyReport& report) {
  const nlohmann::ordered_json json = {
      {"privacy_version", report.privacy_version},
      {"quasi_identifiers", report.quasi_identifiers},
      {"k_asked", report.k_asked},
      {"k_reached", report.k_reached},
      {"records_in", report.records_in},
      {"records_out", report.records_out},
      {"persons_out", report.persons_out},
      {"set_aside", report.set_aside},
      {"suppressed", report.suppressed},
      {"suppressed_share", rounded(report.suppressed_share())},
      {"suppressed_share_max", report.suppressed_share_max},
      {"suppressed_persons_with_disease", report.suppressed_with},
      {"suppressed_persons_without", report.suppressed_without},
      {"suppression_p", std::stod(fmt::format("{:.2g}", report.suppression_p))},
      {"at_level", report.at_level},
      {"ages_grouped", report.ages_grouped},
      {"one_class_share", rounded(report.one_class_share)},
      {"information_lost", rounded(report.information_lost)},
      {"warnings", report.warnings},
      {"sentence", report.sentence}};
  return json.dump(2);
}

}  // namespace relearn
