#include "learning/models/catalog.h"

#include <array>

#include "learning/models/boosting/boosting.h"
#include "learning/models/forest/forest.h"
#include "learning/models/logistic/logistic.h"
#include "learning/models/spline_logistic/spline_logistic.h"
#include "learning/models/svm/svm.h"

namespace relearn {

std::span<const Learner* const> learner_catalog() {
  static const std::array kCatalog = {
      &logistic_learner(), &spline_logistic_learner(), &svm_learner(),
      &boosting_learner(), &forest_learner(),
  };
  return kCatalog;
}

const Learner* find_learner(std::string_view family) {
  for (const Learner* learner : learner_catalog()) {
    if (learner->family() == family) return learner;
  }
  return nullptr;
}

}  // namespace relearn
