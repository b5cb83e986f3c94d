// What the watch reads, keeps and says, in every store.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "contracts/record_store_backends.h"
#include "support/scratch_folder.h"

namespace relearn {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Moment kStart{1'750'000'000};
constexpr Actor kAdmin{UserId{2}, Role::Admin};
constexpr const char* kModel = "digest of the live model";

class Watching : public testing::TestWithParam<NamedBackend> {
 protected:
  Watching() : random_(1) { open(); }
  void open() {
    store_ = {};
    store_ = GetParam().backend(scratch_.path(), [this](std::span<unsigned char> bytes) {
      for (unsigned char& byte : bytes) byte = static_cast<unsigned char>(random_.next());
    });
  }
  WatchStore& watch() { return *store_.watch; }

  static NewPrediction prediction_of(const std::string& reference, double risk,
                                     const std::string& model = kModel) {
    NewPrediction prediction;
    prediction.disease = "heart";
    prediction.subject.reference = reference;
    prediction.made_at = kStart;
    prediction.inputs = {{"age_years", 61}};
    prediction.model_version = model;
    prediction.risk = ServedRisk(risk);
    return prediction;
  }
  std::vector<PredictionId> add(const std::vector<NewPrediction>& predictions) {
    std::vector<PredictionId> ids;
    const auto added =
        store_.records->add_predictions(predictions, {"predictions", "", kStart}).take_value();
    for (const Receipt& receipt : added) ids.push_back(receipt.prediction);
    return ids;
  }
  NewOutcomeEvent confirmed(const PredictionId& prediction, const std::string& contributor) {
    NewOutcomeEvent event;
    event.prediction = prediction;
    event.state = OutcomeState::Confirmed;
    event.value = OutcomeValue::Present;
    event.source = OutcomeSource::Imaging;
    event.reference_standard = "angiography";
    event.actor = contributor;
    event.observed_on = date_of(kStart);
    event.recorded_at = {kStart.seconds + 60};
    return event;
  }
  void tell(const std::vector<NewOutcomeEvent>& events) {
    for (const Receipt& receipt :
         store_.records->add_outcomes(events, {"outcomes", "", kStart}).take_value()) {
      EXPECT_EQ(receipt.result, Receipt::Result::Added) << receipt.refused_because;
    }
  }
  static DiseaseFile heart() {
    DiseaseFile disease;
    disease.id = "heart";
    disease.outcome.horizon_days = 180;
    disease.outcome.reference_standards = {{.id = "angiography"},
                                           {.id = "self_report", .trains = false}};
    return disease;
  }
  /// "0.2 0.7": risks of the confirmed ones.
  std::string outcomes(std::size_t count_max = 100, Moment since = kStart) {
    std::string risks;
    const auto done = watch().visit_outcomes(
        heart(), kModel, since, count_max, [&](const WatchedOutcome& outcome) -> Result<void> {
          risks += fmt::format("{}{}", risks.empty() ? "" : " ", outcome.prediction.risk);
          return {};
        });
    EXPECT_TRUE(done.ok()) << done.error().message;
    return risks;
  }
  static NewAlarm alarm_of(AlarmKind kind, AlarmTier tier, const std::string& sentence,
                           std::int64_t version = 1) {
    return {"heart", version, kind, tier, sentence};
  }
  std::optional<std::int64_t> raise(const NewAlarm& alarm, std::int64_t day = 0) {
    return watch().raise_alarm(alarm, {kStart.seconds + day * kSecondsPerDay}).take_value();
  }
  std::vector<std::string> open_alarms() {
    std::vector<std::string> told;
    for (const Alarm& alarm : watch().alarms("heart", AlarmsWanted::Open, 0, 100).take_value()) {
      told.push_back(fmt::format("{} {} {}", alarm_kind_word(alarm.what.kind),
                                 alarm_tier_word(alarm.what.tier), alarm.what.sentence));
    }
    return told;
  }
  std::size_t ledger_entries(const std::string& action) {
    const auto ledger = store_.versions->ledger().take_value();
    return static_cast<std::size_t>(std::ranges::count(ledger, action, &LedgerEntry::action));
  }

  const ScratchFolder scratch_;
  Random random_;
  OpenedStore store_;
};

TEST_P(Watching, PredictionsComeInPiecesThatEndHoweverFewAreOfTheModel) {
  std::vector<NewPrediction> predictions;
  for (int i = 0; i < 9; ++i) {
    predictions.push_back(
        prediction_of(fmt::format("mrn {}", i), 0.1 * i, i % 3 == 0 ? kModel : "another"));
  }
  predictions.push_back(prediction_of("", 0.95));  // a guest
  add(predictions);
  std::string seen;
  const auto visit = [&](const WatchedPrediction& prediction) -> Result<void> {
    seen += fmt::format("{:.2f}{} ", prediction.risk, prediction.person ? "" : " guest");
    return {};
  };
  PredictionPiece piece{kModel, 0, 0};
  std::vector<std::string> pieces;
  for (int look = 0; look < 4; ++look) {
    seen.clear();
    piece.after = watch().visit_predictions("heart", piece, 4, visit).take_value();
    pieces.push_back(seen);
  }
  EXPECT_THAT(pieces, ElementsAre("0.00 0.30 ", "0.60 ", "0.95 guest ", ""));
  seen.clear();
  EXPECT_TRUE(watch().visit_predictions("heart", {kModel, 0, piece.after}, 0, visit).ok());
  EXPECT_EQ(seen, "0.00 0.30 0.60 0.95 guest ");
}

TEST_P(Watching, OutcomesAreThoseThatTrain) {
  const auto ids = add({prediction_of("a", 0.1), prediction_of("b", 0.2), prediction_of("c", 0.3),
                        prediction_of("d", 0.4), prediction_of("e", 0.5, "another"),
                        prediction_of("f", 0.6), prediction_of("", 0.7)});
  const std::int64_t before = watch().last_event().value();
  NewOutcomeEvent self_report = confirmed(ids[1], "ward");
  self_report.reference_standard = "self_report";
  NewOutcomeEvent late = confirmed(ids[2], "ward");
  late.observed_on = date_of({kStart.seconds + 181 * kSecondsPerDay});
  late.recorded_at = {kStart.seconds + 190 * kSecondsPerDay};
  NewOutcomeEvent reported = confirmed(ids[3], "ward");
  reported.state = OutcomeState::Reported;
  tell({confirmed(ids[0], "ward"), self_report, late, reported, confirmed(ids[4], "ward"),
        confirmed(ids[5], "odd one"), confirmed(ids[6], "ward")});
  EXPECT_GT(watch().last_event().value(), before);
  EXPECT_EQ(outcomes(), "0.1 0.6");
  EXPECT_EQ(outcomes(1), "0.1");
  EXPECT_EQ(outcomes(100, {kStart.seconds + 1}), "");
  // Contributors are numbered as they come.
  NewQuarantine quarantine;
  quarantine.disease = "heart";
  quarantine.scope = QuarantineScope::Contributor;
  quarantine.subject = "c-2";
  quarantine.reason = "odd";
  quarantine.records = 1;
  ASSERT_TRUE(store_.records->open_quarantine(quarantine, kStart).ok());
  EXPECT_EQ(outcomes(), "0.1");
}

TEST_P(Watching, WhatIsJudgedIsThereAfterARestart) {
  EXPECT_EQ(watch().watch_progress("heart").value().version, 0);
  WatchProgress progress;
  progress.version = 3;
  progress.last_prediction = 17;
  progress.window_begins_after = 12;
  progress.last_event = 5;
  progress.figures_day = 20'000;
  progress.judged_at = kStart;
  progress.figures = "{}";
  const JudgedWindow first{3, kStart, kStart, "", "{\"auroc\":0.8}", ""};
  const JudgedWindow second{3, kStart, kStart, "age_years", "", "{}"};
  ASSERT_TRUE(watch().save_watch("heart", progress, {first}, {{20'000, 1, 2}}).ok());
  progress.last_prediction = 30;
  ASSERT_TRUE(
      watch().save_watch("heart", progress, {second}, {{20'000, 10, 20}, {20'001, 0, 1}}).ok());
  open();
  const WatchProgress read = watch().watch_progress("heart").value();
  EXPECT_EQ(read.version, 3);
  EXPECT_EQ(read.last_prediction, 30);
  EXPECT_EQ(read.window_begins_after, 12);
  EXPECT_EQ(read.figures, "{}");
  const auto windows = watch().judged_windows("heart", 3, 10).take_value();
  ASSERT_EQ(windows.size(), 2u);
  EXPECT_EQ(windows[0].suspects, "age_years");
  EXPECT_EQ(windows[1].estimated, "{\"auroc\":0.8}");
  EXPECT_EQ(watch().judged_windows("heart", 3, 1).value().size(), 1u);
  EXPECT_THAT(watch().judged_windows("heart", 2, 10).value(), IsEmpty());
  const auto days = watch().prediction_days("heart", 3).take_value();
  ASSERT_EQ(days.size(), 2u);
  EXPECT_EQ(days[0].high, 11u);
  EXPECT_EQ(days[0].not_high, 22u);
}

TEST_P(Watching, OneAlarmOfAKindIsOpenAndItsTierOnlyRises) {
  const auto id = raise(alarm_of(AlarmKind::Inputs, AlarmTier::Info, "age"));
  ASSERT_TRUE(id.has_value());
  EXPECT_FALSE(raise(alarm_of(AlarmKind::Inputs, AlarmTier::Warn, "age and sex")).has_value());
  EXPECT_FALSE(raise(alarm_of(AlarmKind::Inputs, AlarmTier::Info, "sex")).has_value());
  EXPECT_TRUE(raise(alarm_of(AlarmKind::Risks, AlarmTier::Info, "risks")).has_value());
  EXPECT_THAT(open_alarms(), ElementsAre("risks info risks", "inputs warn sex"));
  EXPECT_EQ(ledger_entries("alarm.opened"), 2u);
  open();
  EXPECT_EQ(open_alarms().size(), 2u);
}

TEST_P(Watching, AnAlarmHasAnOwnerAndIsClosedOnceWithAReason) {
  const std::int64_t id = *raise(alarm_of(AlarmKind::Inputs, AlarmTier::Info, "age"));
  EXPECT_EQ(watch().own_alarm(id + 1, kAdmin, kStart).error().kind, ErrorKind::NotFound);
  EXPECT_EQ(watch().own_alarm(id, kAdmin, kStart).value().owner, "user 2 (admin)");
  EXPECT_EQ(watch().close_alarm(id, kAdmin, "told a@example.org", kStart).error().kind,
            ErrorKind::InvalidInput);
  const Alarm closed = watch().close_alarm(id, kAdmin, "a new clinic", kStart).take_value();
  EXPECT_EQ(closed.closed_by, "user 2 (admin)");
  EXPECT_EQ(closed.closing_reason, "a new clinic");
  EXPECT_EQ(watch().close_alarm(id, kAdmin, "again", kStart).error().kind, ErrorKind::Conflict);
  EXPECT_EQ(watch().own_alarm(id, kAdmin, kStart).error().kind, ErrorKind::Conflict);
  EXPECT_THAT(open_alarms(), IsEmpty());
  EXPECT_EQ(watch().alarms("", AlarmsWanted::Closed, 0, 10).value().size(), 1u);
  EXPECT_EQ(ledger_entries("alarm.closed"), 1u);
  EXPECT_TRUE(store_.versions->verify_ledger().ok());
}

TEST_P(Watching, WhatIsClosedRestsForAMonthUnlessItIsMoreUrgentOrOfAnotherVersion) {
  const auto close = [&](std::int64_t id) {
    ASSERT_TRUE(watch().close_alarm(id, kAdmin, "known", kStart).ok());
  };
  const NewAlarm info = alarm_of(AlarmKind::Inputs, AlarmTier::Info, "age");
  close(*raise(info));
  EXPECT_FALSE(raise(info, kAlarmRestDays - 1).has_value());
  const auto warn = raise(alarm_of(AlarmKind::Inputs, AlarmTier::Warn, "age, sex"), 1);
  ASSERT_TRUE(warn.has_value());
  close(*warn);
  const auto other = raise(alarm_of(AlarmKind::Inputs, AlarmTier::Info, "age", 2), 1);
  ASSERT_TRUE(other.has_value());
  close(*other);
  EXPECT_TRUE(raise(info, kAlarmRestDays + 1).has_value());
}

TEST_P(Watching, AnotherVersionClosesWhatWasSaidOfTheOneBeforeButNotWhatPeopleMustKnow) {
  raise(alarm_of(AlarmKind::Inputs, AlarmTier::Info, "age"));
  raise(alarm_of(AlarmKind::Returned, AlarmTier::Act, "came back"));
  raise(alarm_of(AlarmKind::Calibration, AlarmTier::Act, "untrue", 2));
  ASSERT_TRUE(watch().close_alarms_before("heart", 2, kStart).ok());
  EXPECT_THAT(open_alarms(), ElementsAre("calibration act untrue", "returned act came back"));
  const auto closed = watch().alarms("heart", AlarmsWanted::Closed, 0, 10).take_value();
  ASSERT_EQ(closed.size(), 1u);
  EXPECT_EQ(closed[0].closed_by, kWatchActor);
  EXPECT_THAT(closed[0].closing_reason, HasSubstr("version 2 is live now"));
}

TEST_P(Watching, AlarmsComeInPages) {
  for (const std::string disease : {"heart", "diabetes", "parkinsons"}) {
    NewAlarm alarm = alarm_of(AlarmKind::Inputs, AlarmTier::Info, "age");
    alarm.disease = disease;
    raise(alarm);
  }
  const auto first = watch().alarms("", AlarmsWanted::All, 0, 2).take_value();
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[0].what.disease, "parkinsons");
  const auto second = watch().alarms("", AlarmsWanted::All, first[1].id, 2).take_value();
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(second[0].what.disease, "heart");
}

TEST_P(Watching, AReturnIsARollbackInTheNameOfTheWatch) {
  NewAttempt attempt;
  attempt.disease = "heart";
  attempt.model_digest = kModel;
  attempt.bundle = "first";
  attempt.verdict = "publish";
  ASSERT_TRUE(store_.versions->add_attempt(attempt, kStart).ok());
  attempt.bundle = "second";
  attempt.champion = 1;
  ASSERT_TRUE(store_.versions->add_attempt(attempt, kStart).ok());
  EXPECT_EQ(watch().return_version("heart", 1, 1, "worse", kStart).error().kind,
            ErrorKind::Conflict);
  EXPECT_EQ(watch().return_version("heart", 1, 2, "worse", kStart).value().number, 1);
  EXPECT_EQ(store_.versions->live_version("heart").value()->number, 1);
  const LedgerEntry last = store_.versions->ledger().value().back();
  EXPECT_EQ(last.action, "version.rolled_back");
  EXPECT_EQ(last.actor, "the watch");
  EXPECT_EQ(last.reason, "worse");
  EXPECT_TRUE(store_.versions->verify_ledger().ok());
}

INSTANTIATE_TEST_SUITE_P(EveryStore, Watching, testing::ValuesIn(every_backend()),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace relearn
