// The record of a retrain for programs: docs/formats/retrain_record.md.
#pragma once

#include <map>
#include <string>

#include "lifecycle/dossier/wording.h"

namespace relearn {

/// files: the other files of the dossier, by name; the record holds their digests.
std::string record_json(const DossierCase& one, const std::map<std::string, std::string>& files);

}  // namespace relearn
