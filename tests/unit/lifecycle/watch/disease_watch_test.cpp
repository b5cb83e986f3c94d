#include "lifecycle/watch/disease_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clinical/synthetic_mark.h"
#include "learning/cohort/cohort.h"

namespace relearn {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

SavedModel learnt_from(const DiseaseFile& disease, std::string_view data) {
  SavedModel saved;
  saved.model.inputs = input_columns(disease);
  saved.facts = {{std::string(kDataFact), std::string(data)}};
  return saved;
}

TEST(disease_watch, what_learnt_from_invented_people_does_not_come_back_after_real_ones) {
  const DiseaseFile heart = load_disease_file(RELEARN_SOURCE_DIR "/diseases/heart.toml").value();
  const SavedModel real = learnt_from(heart, kRealData);
  const SavedModel invented = learnt_from(heart, kSyntheticData);
  EXPECT_THAT(not_comparable_because(heart, real, invented), HasSubstr("invented people"));
  EXPECT_THAT(not_comparable_because(heart, real, real), IsEmpty());
  EXPECT_THAT(not_comparable_because(heart, invented, invented), IsEmpty());
  EXPECT_THAT(not_comparable_because(heart, invented, real), IsEmpty());
}

TEST(disease_watch, a_version_of_other_inputs_is_not_compared) {
  const DiseaseFile heart = load_disease_file(RELEARN_SOURCE_DIR "/diseases/heart.toml").value();
  const SavedModel live = learnt_from(heart, kRealData);
  SavedModel before = live;
  before.model.inputs.pop_back();
  EXPECT_THAT(not_comparable_because(heart, live, before), HasSubstr("other inputs"));
}

}  // namespace
}  // namespace relearn
