// The model that is live of each disease, in memory. Whoever predicts takes one and keeps it for as
// long as they need it; a newer version is loaded, checked and tried beside it and then takes its
// place at once, and the old one ends with its last request.
//
// Thread-safe, but refresh() is for one thread at a time.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "clinical/disease_file.h"
#include "learning/model_file/model_file.h"
#include "records/version_store.h"

namespace relearn {

/// Never changed.
struct ServedModel {
  std::int64_t version = 0;
  bool forced = false;  // live against its verdict
  SavedModel saved;
};

class LiveModels {
 public:
  /// Reads the kept model of a version, and refuses one that is not the bytes it should be.
  using Load = std::function<Result<SavedModel>(const Version&)>;

  LiveModels(std::vector<DiseaseFile> diseases, std::shared_ptr<VersionStore> versions, Load load);

  const std::vector<DiseaseFile>& diseases() const { return diseases_; }
  /// Null when there is no such disease.
  const DiseaseFile* disease(std::string_view id) const;
  /// Null when there is none.
  std::shared_ptr<const ServedModel> find(std::string_view disease) const;

  /// Looks which versions are live and takes over those that are new. A version that does not load
  /// changes nothing; the sentences say which and why. Cheap when nothing has changed.
  std::vector<std::string> refresh();

 private:
  Result<void> refresh(const DiseaseFile& disease);

  const std::vector<DiseaseFile> diseases_;
  const std::shared_ptr<VersionStore> versions_;
  const Load load_;
  std::map<std::string, std::atomic<std::shared_ptr<const ServedModel>>, std::less<>> live_;
};

}  // namespace relearn
