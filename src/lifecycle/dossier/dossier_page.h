// The dossier for people. Its first sheet is for a clinician: what changed, for whom, how sure.
// Behind it the notice to users, charts, the verdict rule by rule, and what it is about exactly.
#pragma once

#include "lifecycle/dossier/wording.h"
#include "pages/document.h"

namespace relearn {

Document dossier_page(const Wording& wording, const DossierCase& one);

/// The first sheet.
void add_clinician_sheet(Document& page, const Wording& wording, const DossierCase& one);

/// Width 0 when nothing can be drawn.
Figure auroc_by_group(const Wording& wording, const DossierCase& one);

}  // namespace relearn
