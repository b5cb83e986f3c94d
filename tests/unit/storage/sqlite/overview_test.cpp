// Figures that are kept beside the records are the records', whatever happens; and they, and the
// lists, stay quick.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "unit/storage/sqlite/opened_store.h"

namespace relearn {
namespace {

using testing::HasSubstr;

/// What the tables hold, counted; and what is kept: both as "disease what number".
std::string counted(const OpenedStore& opened) {
  return opened.query(
      "SELECT disease || what || records FROM (SELECT disease, 'predictions' what, count(*) "
      "records FROM predictions GROUP BY disease UNION ALL SELECT p.disease, 'awaiting', count(*) "
      "FROM predictions p LEFT JOIN current_outcomes c ON c.prediction = p.number WHERE p.person "
      "IS NOT NULL AND coalesce(c.state, '') NOT IN ('confirmed', 'adjudicated') GROUP BY "
      "p.disease UNION ALL SELECT disease, state, count(*) FROM current_outcomes GROUP BY disease, "
      "state) ORDER BY 1");
}

std::string kept(const OpenedStore& opened) {
  return opened.query(
      "SELECT disease || what || records FROM tallies WHERE records <> 0 ORDER BY 1");
}

std::string waiting(const OpenedStore& opened) {
  return opened.query("SELECT prediction FROM awaiting ORDER BY prediction");
}

/// Anything that may be said next; most is refused, which must not count.
NewOutcomeEvent anything(Random& random, const PredictionId& prediction) {
  NewOutcomeEvent event = confirmed(prediction);
  event.state = static_cast<OutcomeState>(random.below(5));
  event.value = static_cast<OutcomeValue>(random.below(2));
  event.actor = random.below(2) == 0 ? "doctor@example.org" : "second@example.org";
  event.reason = random.below(3) == 0 ? "" : "seen again";
  return event;
}

TEST(Overview, WhatIsKeptIsWhatIsThereWhateverHappens) {
  const OpenedStore opened;
  Random random(7);
  std::vector<PredictionId> made;
  std::string ever;
  for (int step = 0; step < 400; ++step) {
    const std::string who = fmt::format("mrn-{}", random.below(12));
    if (made.empty() || random.below(4) == 0) {
      NewPrediction next = prediction_of(random.below(5) == 0 ? "" : who,
                                         random.below(3) == 0 ? "diabetes" : "heart");
      if (random.below(6) == 0) next.risk.reset();
      const Receipt receipt = opened.add(next);
      if (receipt.result == Receipt::Result::Added) made.push_back(receipt.prediction);
    } else if (random.below(40) == 0) {
      (void)opened.store->withdraw({std::nullopt, who}, "on request", kNow).ok();
    } else {
      opened.add(anything(random, made[random.below(made.size())]));
    }
    const std::string now = kept(opened);
    ASSERT_EQ(now, counted(opened)) << step;
    ever += now;
  }
  for (const char* const state :
       {"reported", "confirmed", "contested", "adjudicated", "retracted"}) {
    EXPECT_THAT(ever, HasSubstr(state));  // the walk went everywhere
  }
  EXPECT_EQ(waiting(opened),
            opened.query("SELECT p.number FROM predictions p LEFT JOIN current_outcomes c ON "
                         "c.prediction = p.number WHERE p.person IS NOT NULL AND "
                         "coalesce(c.state, '') NOT IN ('confirmed', 'adjudicated') ORDER BY 1"));
}

DiseaseFile heart() {
  DiseaseFile disease;
  disease.id = "heart";
  disease.outcome.maturity_days = 5;
  disease.outcome.reference_standards = {{"angiography", {}, "laboratory", true},
                                         {"self_report", {}, "self_report", false}};
  return disease;
}

DiseaseCounts counts(const OpenedStore& opened, Moment now = kNow) {
  return opened.store->count_disease(heart(), now).take_value();
}

TEST(Overview, ARetrainNewlyUsesWhatWasConfirmedSinceOrHasBecomeMature) {
  const OpenedStore opened;
  const auto add = [&opened](const std::string& who, int days_ago) {
    NewPrediction prediction = prediction_of(who);
    prediction.made_at = {kNow.seconds - days_ago * kSecondsPerDay};
    return opened.add(prediction).prediction;
  };
  const PredictionId early = add("mrn-1", 10), late = add("mrn-2", 2), third = add("mrn-3", 20);
  opened.add(confirmed(early));
  opened.add(confirmed(late));
  EXPECT_EQ(counts(opened).new_confirmed, 1u);  // the late one is not mature
  EXPECT_EQ(counts(opened).confirmed, 2u);
  const NewSnapshot snapshot{"s", "heart", 1, 1, 1, kNow, {early}};
  ASSERT_TRUE(opened.store->add_snapshot(snapshot, kNow).ok());
  ASSERT_TRUE(opened.store->add_attempt(attempt_of("publish", 0, "s"), kNow).ok());
  EXPECT_EQ(counts(opened).new_confirmed, 0u);
  EXPECT_EQ(counts(opened).live_since, kNow);
  const Moment later{kNow.seconds + 10 * kSecondsPerDay};
  EXPECT_EQ(counts(opened, later).new_confirmed, 1u);  // now it is
  NewOutcomeEvent event = confirmed(third);
  event.recorded_at = later;
  event.value = OutcomeValue::Absent;
  opened.add(event);
  EXPECT_EQ(counts(opened, later).new_confirmed, 2u);
  EXPECT_EQ(counts(opened, later).new_positive, 1u);
  // By a standard that does not train, and under quarantine: none of them.
  event.prediction = add("mrn-4", 20);
  event.reference_standard = "self_report";
  opened.add(event);
  EXPECT_EQ(counts(opened, later).new_confirmed, 2u);
  ASSERT_TRUE(
      opened.store->open_quarantine({"heart", QuarantineScope::Contributor, "c-1", "odd", 2}, kNow)
          .ok());
  EXPECT_EQ(counts(opened, later).new_confirmed, 0u);
  EXPECT_EQ(counts(opened, later).open_quarantines, 1u);
}

TEST(Overview, ListsSortNothingAndReadNoWholeTable) {
  const OpenedStore opened;
  for (const char* const sql :
       {"SELECT prediction FROM awaiting WHERE disease = 'heart' ORDER BY doubt DESC, prediction "
        "DESC LIMIT 20",
        "SELECT prediction FROM awaiting WHERE disease = 'heart' AND drawn = 1 ORDER BY prediction "
        "DESC LIMIT 20",
        "SELECT c.event FROM current_outcomes c WHERE c.disease = 'heart' AND c.state IN "
        "('confirmed', 'adjudicated') AND c.event >= (SELECT id FROM outcome_events WHERE "
        "recorded_at > 7 ORDER BY recorded_at LIMIT 1)"}) {
    const std::string explained = opened.explain(sql);
    EXPECT_EQ(explained.find("SCAN"), std::string::npos) << explained;
    EXPECT_EQ(explained.find("TEMP B-TREE"), std::string::npos) << explained;
  }
}

TEST(Overview, AboutAsManyAreDrawnAsShouldBe) {
  const OpenedStore opened;
  std::vector<NewPrediction> predictions(2000, prediction_of("mrn-1"));
  ASSERT_TRUE(opened.store->add_predictions(predictions, {"predictions", "", kNow}).ok());
  const int drawn = std::stoi(opened.query("SELECT count(*) FROM awaiting WHERE drawn = 1"));
  // 5 of 32 letters: 312.5 expected, standard deviation 16.2; six of them.
  EXPECT_GT(drawn, 215);
  EXPECT_LT(drawn, 410);
}

}  // namespace
}  // namespace relearn
