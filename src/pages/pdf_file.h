// Documents on A4, with Cairo and Pango: scripts like Devanagari are shaped, text can be searched
// and copied, drawings stay lines. The same document and moment give the same bytes on a machine
// with the same fonts: DejaVu Sans and, for Marathi, Lohit Devanagari.
#pragma once

#include <string>

#include "base/calendar.h"
#include "base/result.h"
#include "pages/document.h"

namespace relearn {

/// moment: what the file says it was made at. Unavailable when a font is not installed.
Result<std::string> to_pdf(const Document& document, Moment moment);

}  // namespace relearn
