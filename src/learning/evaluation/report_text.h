// A report as a person reads it on a terminal, and as a program reads it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "learning/evaluation/evidence.h"
#include "learning/evaluation/report.h"

namespace relearn {

/// Plain text, at most 100 columns, no colours: what was looked at, every metric with its interval,
/// what happens at the decision threshold, subgroups, net benefit.
std::string report_to_text(const Report& report);

/// JSON, keys in a fixed order, numbers that read back as the same doubles, null for what is not
/// finite.
std::string report_to_json(const Report& report);
/// BrokenInvariant, naming the place, for what report_to_json cannot have written. Labels of
/// metrics are their ids.
Result<Report> report_from_json(std::string_view text);
std::string evidence_to_json(const EvidenceTier& evidence);

}  // namespace relearn
