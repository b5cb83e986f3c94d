// The model card: the 31 source attributes of HTI-1 (45 CFR 170.315(b)(11)(iv)(B)), and the items
// of TRIPOD+AI (Collins et al. 2024, BMJ 385:e078378) that a program can fill in.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lifecycle/dossier/wording.h"
#include "pages/document.h"

namespace relearn {

struct Attribute {
  std::string_view key;   // "perf.internal_fairness"
  std::string_view fill;  // "SPEC", "AUTO", "ADMIN", "SPEC+AUTO", "SPEC+LINK", "AUTO+LINK"
  std::optional<std::string> value;  // nothing: it could not be computed
};

/// All 31, in the order of the rule.
std::vector<Attribute> card_attributes(const Wording& wording, const DossierCase& one);

struct ReportingItem {
  std::string_view key;  // "i23"
  std::string text;
};

std::vector<ReportingItem> reporting_items(const Wording& wording, const DossierCase& one);

Document card_page(const Wording& wording, const DossierCase& one);

/// Both languages in one document for programs.
std::string card_json(const std::vector<Wording>& wordings, const DossierCase& one);

}  // namespace relearn
