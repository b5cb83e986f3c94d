#include <fmt/format.h>
#include <gtest/gtest.h>

#include <limits>

#include "unit/storage/sqlite/opened_store.h"

namespace relearn {
namespace {

constexpr auto kAdded = Receipt::Result::Added;
constexpr auto kRefused = Receipt::Result::Refused;

std::vector<ConfirmedRecord> visit(const OpenedStore& opened) {
  std::vector<ConfirmedRecord> records;
  const auto done = opened.store->visit_confirmed("heart", [&](const ConfirmedRecord& record) {
    records.push_back(record);
    return Result<void>();
  });
  EXPECT_TRUE(done.ok()) << done.error().message;
  return records;
}

TEST(Records, APredictionComesBackAsItWasGiven) {
  OpenedStore opened;
  NewPrediction given = prediction_of("mrn-1");
  given.inputs = {{"a", 0.1}, {"b", -1e300}, {"c", 5e-324}, {"d", 1.0 / 3}, {"e", -0.0}};
  const Receipt receipt = opened.add(given);
  ASSERT_EQ(receipt.result, kAdded);
  opened.reopen();
  const auto found = opened.store->find_prediction(receipt.prediction).take_value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->inputs, given.inputs);
  EXPECT_EQ(found->risk, given.risk);
  EXPECT_EQ(found->made_at, given.made_at);
  EXPECT_EQ(found->shown, "high");
  EXPECT_EQ(found->model_version, "abc");
  EXPECT_FALSE(opened.store->find_prediction({"p-nobody"}).take_value());
}

TEST(Records, AnIdIsPDashAnd26LettersOfTheRandomSource) {
  OpenedStore opened;
  opened.close();
  StoreOptions options = opened.options();
  unsigned char next = 0;
  options.random = [&next](std::span<unsigned char> bytes) {
    for (unsigned char& byte : bytes) byte = next++;
  };
  opened.store = SqliteStore::open(options, opened.keys()).take_value();
  // RFC 4648 base32 of the bytes 0 to 15, in lower case, without padding.
  EXPECT_EQ(opened.add(prediction_of("x")).prediction.text, "p-aaaqeayeaudaocajbifqydiob4");
  EXPECT_EQ(opened.add(prediction_of("x")).prediction.text.size(), 28u);
}

TEST(Records, APersonIsTheSameUnderTheSameReferenceOnly) {
  const OpenedStore opened;
  const auto person_of = [&opened](const std::string& reference) {
    return opened.store->find_prediction(opened.add(prediction_of(reference)).prediction)
        .value()
        ->person;
  };
  const auto maria = person_of("mrn-1");
  ASSERT_TRUE(maria);
  EXPECT_EQ(person_of(" mrn-1 "), maria);
  EXPECT_NE(person_of("mrn-2"), maria);
  EXPECT_NE(person_of("MRN-1"), maria);
  EXPECT_FALSE(person_of(""));
}

TEST(Records, WhatCannotBeAPredictionIsRefusedWithASentence) {
  const OpenedStore opened;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const NewPrediction good = prediction_of("mrn-1");
  const auto with = [&good](auto change) {
    NewPrediction changed = good;
    change(changed);
    return changed;
  };
  const std::vector<NewPrediction> bad = {
      with([](auto& p) { p.disease = ""; }),
      with([](auto& p) { p.risk = ServedRisk(1.01); }),
      with([](auto& p) { p.risk = ServedRisk(-0.01); }),
      with([&](auto& p) { p.risk = ServedRisk(nan); }),
      with([&](auto& p) { p.inputs[0].second = nan; }),
      with([](auto& p) { p.inputs[0].first = "Age: years\""; }),
      with([](auto& p) { p.inputs[1].first = p.inputs[0].first; }),
      with([](auto& p) { p.subject.user = UserId{77}; }),
      with([](auto& p) {
        p.subject = {UserId{77}, ""};
      }),
      with([](auto& p) { p.subject.reference = "  "; }),
      with([](auto& p) { p.shown = std::string("a\0b", 3); }),
      with([](auto& p) { p.subject.reference = std::string(5000, 'x'); })};
  const auto receipts = opened.store->add_predictions(bad, {"predictions", "", kNow}).take_value();
  for (std::size_t i = 0; i < bad.size(); ++i) {
    EXPECT_EQ(receipts[i].result, kRefused) << i;
    EXPECT_FALSE(receipts[i].refused_because.empty()) << i;
  }
  EXPECT_EQ(opened.store->count_records("heart").value().found, 0u);
  EXPECT_EQ(opened.query("SELECT count(*) FROM batches"), "0");  // nothing came in
  EXPECT_EQ(opened.add(good).result, kAdded);
}

TEST(Records, TheSameFileTwiceChangesNothing) {
  const OpenedStore opened;
  NewPrediction prediction = prediction_of("mrn-1");
  prediction.import_key = "file.csv/1";
  const Receipt first = opened.add(prediction);
  const Receipt second = opened.add(prediction);
  EXPECT_EQ(second.result, Receipt::Result::AlreadyThere);
  EXPECT_EQ(second.prediction, first.prediction);
  NewOutcomeEvent event = confirmed(first.prediction);
  event.import_key = "outcomes.csv/1";
  EXPECT_EQ(opened.add(event).result, kAdded);
  EXPECT_EQ(opened.add(event).result, Receipt::Result::AlreadyThere);
  EXPECT_EQ(opened.store->count_records("heart").value().confirmed, 1u);
  EXPECT_EQ(opened.query("SELECT count(*) FROM outcome_events"), "1");
}

TEST(Records, AVisitGivesTheLatestEventAndOpaqueNamesInOrder) {
  const OpenedStore opened;
  NewPrediction later = prediction_of("mrn-1"), earlier = prediction_of("mrn-2");
  earlier.made_at.seconds -= 100;
  const PredictionId a = opened.add(later).prediction, b = opened.add(earlier).prediction;
  const PredictionId unconfirmed = opened.add(prediction_of("mrn-3")).prediction;
  NewOutcomeEvent report = confirmed(unconfirmed);
  report.state = OutcomeState::Reported;
  for (const NewOutcomeEvent& event : {confirmed(a), confirmed(b), report}) {
    ASSERT_EQ(opened.add(event).result, kAdded);
  }
  NewOutcomeEvent corrected = confirmed(a);
  corrected.value = OutcomeValue::Absent;
  corrected.reason = "mixed up";
  corrected.actor = "another doctor";
  ASSERT_EQ(opened.add(corrected).result, kAdded);
  const auto records = visit(opened);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].prediction.id, b);
  EXPECT_EQ(records[0].value, OutcomeValue::Present);
  EXPECT_EQ(records[1].prediction.id, a);
  EXPECT_EQ(records[1].value, OutcomeValue::Absent);
  EXPECT_NE(records[0].contributor, records[1].contributor);
  EXPECT_EQ(records[0].contributor.find("doctor"), std::string::npos);
  EXPECT_EQ(records[0].batch, records[1].batch);  // both by hand, on one day
}

TEST(Records, AVisitorsErrorStopsTheVisitAndIsHandedOn) {
  const OpenedStore opened;
  for (const char* const reference : {"1", "2", "3"}) {
    opened.add(confirmed(opened.add(prediction_of(reference)).prediction));
  }
  int seen = 0;
  const auto done = opened.store->visit_confirmed("heart", [&seen](const auto&) -> Result<void> {
    if (++seen == 2) return cancelled();
    return {};
  });
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().kind, ErrorKind::Cancelled);
  EXPECT_EQ(seen, 2);
  EXPECT_EQ(visit(opened).size(), 3u);
}

TEST(Records, AVisitSeesOneMomentAlsoWhenTheVisitorWrites) {
  const OpenedStore opened;
  opened.add(confirmed(opened.add(prediction_of("0")).prediction));
  int seen = 0;
  const auto done = opened.store->visit_confirmed("heart", [&](const auto&) -> Result<void> {
    ++seen;
    NewPrediction next = prediction_of(fmt::format("{}", seen));
    next.made_at.seconds += seen;
    opened.add(confirmed(opened.add(next).prediction));
    return {};
  });
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(seen, 1);
  EXPECT_EQ(visit(opened).size(), 2u);
}

TEST(Records, OneFileIsOneBatchHoweverManyCallsItTakes) {
  const OpenedStore opened;
  std::vector<std::string> batches;
  for (const auto& [digest, reference] :
       std::vector<std::pair<std::string, std::string>>{{"aa", "1"}, {"aa", "2"}, {"bb", "3"}}) {
    const NewOutcomeEvent event = confirmed(opened.add(prediction_of(reference)).prediction);
    ASSERT_TRUE(opened.store->add_outcomes(std::span(&event, 1), {"outcomes", digest, kNow}).ok());
  }
  for (const ConfirmedRecord& record : visit(opened)) batches.push_back(record.batch);
  std::sort(batches.begin(), batches.end());
  EXPECT_EQ(batches[0], batches[1]);
  EXPECT_NE(batches[1], batches[2]);
}

TEST(Records, AQuarantineIsOpenedOncePerSubjectAndClosedOnce) {
  const OpenedStore opened;
  const NewQuarantine what{"heart", QuarantineScope::Contributor, "c-1", "z = 5.1 of 200", 200};
  const auto id = opened.store->open_quarantine(what, kNow).value();
  EXPECT_EQ(opened.store->open_quarantine(what, kNow).value(), id);
  NewQuarantine batch = what;
  batch.scope = QuarantineScope::Batch;
  EXPECT_NE(opened.store->open_quarantine(batch, kNow).value(), id);
  using State = QuarantineState;
  ASSERT_TRUE(opened.store->close_quarantine(id, State::Upheld, "Dr. Who", "forged", kNow).ok());
  EXPECT_EQ(opened.store->open_quarantine(what, kNow).value(), id);  // upheld: still held back
  EXPECT_EQ(opened.store->close_quarantine(id, State::Released, "x", "y", kNow).error().kind,
            ErrorKind::Conflict);
  EXPECT_EQ(opened.store->close_quarantine(99, State::Released, "x", "y", kNow).error().kind,
            ErrorKind::NotFound);
  EXPECT_EQ(opened.store->close_quarantine(2, State::Open, "x", "y", kNow).error().kind,
            ErrorKind::InvalidInput);
  const auto list = opened.store->quarantines("heart").take_value();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].decided_by, "Dr. Who");
  EXPECT_EQ(list[0].decision_reason, "forged");
  EXPECT_EQ(list[0].state, State::Upheld);
  EXPECT_EQ(list[0].what.records, 200u);
}

}  // namespace
}  // namespace relearn
