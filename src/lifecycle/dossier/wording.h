// How the numbers and names of one attempt are told in one language.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "clinical/disease_file.h"
#include "learning/evaluation/report.h"
#include "lifecycle/dossier/dossier.h"
#include "lifecycle/dossier/findings.h"
#include "pages/phrases.h"

namespace relearn {

/// The facts of an attempt and what was read of them.
struct DossierCase {
  const DossierFacts& facts;
  Findings found;

  const DiseaseFile& disease() const { return facts.disease; }
  const Verdict& verdict() const { return facts.verdict; }
  bool first() const { return facts.verdict.champion == 0; }
};

class Wording {
 public:
  Wording(const Phrases& phrases, const DossierCase& one) : phrases_(phrases), case_(one) {}

  const Phrases& phrases() const { return phrases_; }
  std::string say(std::string_view key, Phrases::Places places = {}) const {
    return phrases_.say(key, places);
  }
  std::string in(const Text& text) const;  // in this language, else in English

  std::string disease() const { return in(case_.disease().name); }
  std::string input(std::string_view id) const;
  std::string group(std::string_view id, const std::string& label) const;
  std::string group(const GroupReport& report) const { return group(report.id, report.label); }
  std::string metric(std::string_view id) const;
  std::string verdict() const;
  std::string clause(const std::string& id) const;  // of the gate: "No group harmed"
  std::string champion() const { return number(case_.verdict().champion); }
  std::string standards() const;  // that train, by name
  /// Groups that the plan calls too small to judge.
  std::vector<std::string> groups_too_small() const;

  static std::string number(std::int64_t count);
  static std::string hundredths(double share);          // 0.876 -> "88"
  static std::string percent(double share);             // 0.054 -> "5.4"
  static std::string figure(double value);              // "0.912"
  static std::string figure(const Estimate& estimate);  // "0.912 (0.880 – 0.941)"
  /// The figure, or why there is none.
  std::string figure(const Measurement* measured) const;
  std::string moment() const;  // "2026-11-24 10:20 UTC"

 private:
  const Phrases& phrases_;
  const DossierCase& case_;
};

std::string joined(std::span<const std::string> parts, std::string_view between = ", ");

}  // namespace relearn
