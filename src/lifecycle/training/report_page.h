// What a retrain found, as one self-contained HTML page: no script, no outside resource, readable
// on a phone, in light and dark, and on paper.
#pragma once

#include <string>
#include <string_view>

#include "lifecycle/training/training.h"

namespace relearn {

/// How every page begins. The browser obeys the policy in it whatever comes after: no script runs,
/// nothing is fetched. So a page with this start may be shown, whoever wrote the rest.
inline constexpr std::string_view kReportPageStart =
    "<!doctype html><html lang='en'><head><meta charset='utf-8'><meta name='viewport' "
    "content='width=device-width,initial-scale=1'><meta http-equiv='Content-Security-Policy' "
    "content=\"default-src 'none'; style-src 'unsafe-inline'\">";

std::string report_page(const DiseaseFile& disease, const TrainingRecord& record,
                        std::string_view model_digest);

}  // namespace relearn
