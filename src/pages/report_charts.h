// The charts of a report, in a language.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "learning/evaluation/report.h"
#include "learning/evaluation/side_by_side.h"
#include "pages/chart.h"
#include "pages/phrases.h"

namespace relearn {

/// "0.912, 95 % interval 0.88 to 0.94"; "undefined".
std::string value_text(const Phrases& phrases, const Measurement* metric);

Chart roc_chart(const Report& report, const Phrases& phrases);
Chart calibration_chart(const Report& report, const Phrases& phrases);
Chart decision_chart(const Report& report, const Phrases& phrases);

/// Two models on the same people: the charts above with both lines, as far as they are defined, and
/// whose risk changes.
std::vector<Chart> paired_charts(const SideBySide& both, const Phrases& phrases);

/// What a group is called: a page's reader has another language than the report.
using GroupName = std::function<std::string(const GroupReport&)>;

/// One line a group: value and interval of a metric, below everybody's.
Drawing forest_plot(const Report& report, std::string_view metric, const Phrases& phrases,
                    const GroupName& name);

}  // namespace relearn
