// Pages as self-contained HTML: no script, no outside resource, readable on a phone, in light and
// dark, and on paper.
#pragma once

#include <string>
#include <string_view>

#include "pages/document.h"

namespace relearn {

/// How every page begins. The browser obeys the policy in it whatever comes after: no script runs,
/// nothing is fetched. So a page with this start may be shown, whoever wrote the rest.
inline constexpr std::string_view kPageStart =
    "<!doctype html><html lang='en'><head><meta charset='utf-8'><meta name='viewport' "
    "content='width=device-width,initial-scale=1'><meta http-equiv='Content-Security-Policy' "
    "content=\"default-src 'none'; style-src 'unsafe-inline'\">";

/// The style sheet of all pages.
std::string_view page_style();

std::string to_html(const Document& document);

}  // namespace relearn
