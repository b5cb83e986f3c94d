// Drawings as self-contained SVG text in a page. Colours come from the page's CSS classes, so that
// light and dark both work.
#pragma once

#include <string>
#include <string_view>

#include "pages/drawing.h"

namespace relearn {

/// Text that may stand in HTML and SVG, in content and in quoted attributes.
std::string escape_html(std::string_view text);

/// The drawing alone. name: for screen readers.
std::string to_svg(const Drawing& drawing, std::string_view name);

/// With its title, description and legend.
std::string to_html(const Figure& figure);

}  // namespace relearn
