#include "lifecycle/watch/disease_watch.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "base/text.h"
#include "clinical/synthetic_mark.h"
#include "lifecycle/registry/bundle_folder.h"
#include "lifecycle/registry/decisions.h"

namespace relearn {
namespace {

std::int64_t day_of(Moment moment) { return moment.seconds / kSecondsPerDay; }

/// The risk that a model gives to inputs as they were stored.
double risk_of(const RiskModel& model, const std::vector<std::pair<std::string, double>>& inputs) {
  std::vector<float> raw(model.inputs.size(), std::numeric_limits<float>::quiet_NaN());
  for (const auto& [id, value] : inputs) {
    const auto found = std::ranges::find(model.inputs, id, &InputColumn::id);
    if (found == model.inputs.end()) continue;
    raw[static_cast<std::size_t>(found - model.inputs.begin())] = static_cast<float>(value);
  }
  return model.risk(raw);
}

ConfirmedOutcome confirmed_of(const WatchedOutcome& outcome, const SavedModel* before) {
  const WatchedPrediction& prediction = outcome.prediction;
  ConfirmedOutcome confirmed;
  confirmed.person = *prediction.person;
  confirmed.made_at = prediction.made_at;
  confirmed.confirmed_at = outcome.confirmed_at;
  confirmed.outcome = outcome.value == OutcomeValue::Present ? 1 : 0;
  confirmed.risk = prediction.risk;
  if (before != nullptr) confirmed.before = risk_of(before->model, prediction.inputs);
  return confirmed;
}

bool is_synthetic(const SavedModel& saved) {
  return fact_of(saved.facts, kDataFact) == kSyntheticData;
}

}  // namespace

std::string not_comparable_because(const DiseaseFile& disease, const SavedModel& live,
                                   const SavedModel& before) {
  if (before.model.inputs != input_columns(disease)) {
    return "the version before takes other inputs than the disease file has now";
  }
  if (is_synthetic(before) && !is_synthetic(live)) {
    return "the version before learnt from invented people";
  }
  return "";
}

Result<void> DiseaseWatch::look(const CancelToken& cancel) {
  const Moment now = world_.clock();
  const auto live = TRY(world_.registry.versions->live_version(disease_.id));
  if (!live) return {};
  if (!watched_ || watched_->version.number != live->number) TRY(begin(*live, now));
  const Judged judged = TRY(judge_people(now));
  const std::int64_t last_event = TRY(world_.store->last_event());
  // A day more closes cohorts, too; a full window is worth telling how many of it are confirmed.
  if (last_event != progress_.last_event || progress_.figures_day != day_of(now) ||
      !judged.windows.empty()) {
    TRY(judge_outcomes(judged, now));
    progress_.last_event = last_event;
    progress_.figures_day = day_of(now);
  }
  TRY(save(judged, now));
  return act_on(figures_.way_back, now, cancel);
}

/// Another version is live, or this process has just begun.
Result<void> DiseaseWatch::begin(const Version& live, Moment now) {
  watched_ = Watched{.version = live};
  window_.reset();
  suspects_.clear();
  progress_ = TRY(world_.store->watch_progress(disease_.id));
  TRY(find_before());
  find_reference();
  if (progress_.version != live.number) {
    TRY(world_.store->close_alarms_before(disease_.id, live.number, now));
    progress_.version = live.number;
    progress_.window_begins_after = progress_.last_prediction;
  }
  progress_.last_event = -1;  // the figures are in the store, not here
  const PopulationReference* const reference =
      watched_->reference ? &*watched_->reference : nullptr;
  window_.emplace(disease_, reference);
  const auto last = TRY(world_.store->judged_windows(disease_.id, live.number, 1));
  if (!last.empty()) {
    for (const std::string_view name : split(last.front().suspects, ',')) {
      suspects_.emplace_back(name);
    }
  }
  return read_window_again();
}

Result<void> DiseaseWatch::find_before() {
  const auto changes = TRY(world_.registry.versions->live_changes(disease_.id));
  if (changes.empty()) return {};
  const LiveChange& latest = changes.back();
  watched_->since = latest.at;
  const auto times = std::ranges::count(changes, latest.to, &LiveChange::to);
  watched_->first_time = times == 1;
  for (Version& version : TRY(world_.registry.versions->versions(disease_.id))) {
    if (version.number == latest.from) watched_->before = std::move(version);
  }
  if (!watched_->before || !watched_->first_time) return {};
  auto model = load_kept_model(world_.registry.folder, watched_->before->what);
  if (!model.ok()) {
    watched_->not_comparable_because = fmt::format("the model of version {} cannot be read: {}",
                                                   latest.from, model.error().message);
    return {};
  }
  const SavedModel live = TRY(load_kept_model(world_.registry.folder, watched_->version.what));
  watched_->not_comparable_because = not_comparable_because(disease_, live, model.value());
  if (watched_->not_comparable_because.empty()) watched_->model_before = model.take_value();
  return {};
}

void DiseaseWatch::find_reference() {
  const Version& version = watched_->version;
  const auto text = version.what.bundle.empty()
                        ? Result<std::string>(not_found("no bundle"))
                        : read_bundled(world_.registry.folder / "bundles", version.what.bundle,
                                       kBundledReference);
  if (!text.ok()) {
    const bool older = text.error().kind == ErrorKind::NotFound;
    watched_->note = older ? fmt::format(
                                 "version {} was made before its people were counted: "
                                 "whether today's are like them cannot be told",
                                 version.number)
                           : text.error().message;
    return;
  }
  auto reference = parse_population_reference(text.value(), disease_);
  if (reference.ok()) {
    watched_->reference = reference.take_value();
  } else {
    watched_->note = fmt::format("the people whom version {} learnt from cannot be compared: {}",
                                 version.number, reference.error().message);
  }
}

Result<void> DiseaseWatch::read_window_again() {
  if (progress_.window_begins_after == progress_.last_prediction) return {};
  const PredictionPiece piece{watched_->version.what.model_digest, progress_.window_begins_after,
                              progress_.last_prediction};
  const auto end = world_.store->visit_predictions(
      disease_.id, piece, 0, [this](const WatchedPrediction& prediction) -> Result<void> {
        if (prediction.made_at >= watched_->since) window_->add(prediction);
        return {};
      });
  return end.ok() ? Result<void>() : Result<void>(Error(end.error()));
}

Result<DiseaseWatch::Judged> DiseaseWatch::judge_people(Moment now) {
  Judged judged;
  const auto take = [&](const WatchedPrediction& prediction) -> Result<void> {
    if (prediction.made_at < watched_->since) return {};
    TRY(judge_full_window(prediction.number - 1, judged, prediction.made_at));
    window_->add(prediction);
    if (prediction.person) {
      PredictionDay& day = judged.days[day_of(prediction.made_at)];
      day.day = day_of(prediction.made_at);
      ++(prediction.risk >= disease_.thresholds.decision ? day.high : day.not_high);
    }
    return {};
  };
  PredictionPiece piece{watched_->version.what.model_digest, progress_.last_prediction, 0};
  for (int read = 0; read < kReadsALook; ++read) {
    piece.after = progress_.last_prediction;
    progress_.last_prediction =
        TRY(world_.store->visit_predictions(disease_.id, piece, kPredictionsARead, take));
    if (window_->people() == 0) progress_.window_begins_after = progress_.last_prediction;
    // Nothing is left to read: what is full by now, is full.
    if (progress_.last_prediction == piece.after) {
      TRY(judge_full_window(progress_.last_prediction, judged, now));
      break;
    }
  }
  return judged;
}

Result<void> DiseaseWatch::judge_full_window(std::int64_t ends_at, Judged& judged, Moment now) {
  if (!window_->is_full(now)) return {};
  const PopulationReference* const reference =
      watched_->reference ? &*watched_->reference : nullptr;
  const WindowFindings findings = judge_window(disease_, reference, *window_);
  const std::int64_t version = watched_->version.number;
  TRY(raise(window_alarms(disease_, version, findings, suspects_), now));
  suspects_ = suspects_of(disease_, findings);
  judged.windows.push_back({version, findings.from, findings.to,
                            fmt::format("{}", fmt::join(suspects_, ",")), estimated_json(findings),
                            drift_json(disease_, findings)});
  window_.emplace(disease_, reference);
  progress_.window_begins_after = ends_at;
  return {};
}

Result<void> DiseaseWatch::judge_outcomes(const Judged& judged, Moment now) {
  std::vector<ConfirmedOutcome> confirmed;
  const SavedModel* const before = watched_->model_before ? &*watched_->model_before : nullptr;
  TRY(world_.store->visit_outcomes(disease_, watched_->version.what.model_digest, watched_->since,
                                   kOutcomesMax,
                                   [&](const WatchedOutcome& outcome) -> Result<void> {
                                     confirmed.push_back(confirmed_of(outcome, before));
                                     return {};
                                   }));
  auto days = TRY(world_.store->prediction_days(disease_.id, watched_->version.number));
  for (const auto& [day, counts] : judged.days) days.push_back(counts);
  std::erase_if(days,
                [this](const PredictionDay& day) { return day.day < day_of(watched_->since); });
  figures_.confirmation = measure_confirmation(disease_, days, confirmed, now);
  const auto people = counting_outcomes(std::move(confirmed), disease_.outcome, now);
  figures_.outcomes = outcome_figures(people, disease_.outcome);
  const Version& version = watched_->version;
  figures_.before = watched_->before ? watched_->before->number : 0;
  figures_.way_back = decide_return(
      {.version = version.number,
       .before = figures_.before,
       .gone_live_for_the_first_time = watched_->first_time,
       .before_learnt_from_withdrawn = watched_->before && watched_->before->contains_withdrawn,
       .not_comparable_because = watched_->not_comparable_because,
       .live_since = watched_->since,
       .maturity_days = disease_.outcome.maturity_days},
      people, figures_.outcomes.calibration, now);
  TRY(raise(outcome_alarms(disease_, version.number, figures_.outcomes), now));
  return raise(confirmation_alarms(disease_, version.number, figures_.confirmation), now);
}

Result<void> DiseaseWatch::raise(const std::vector<NewAlarm>& alarms, Moment now) {
  for (const NewAlarm& alarm : alarms) {
    const auto opened = TRY(world_.store->raise_alarm(alarm, now));
    if (opened) world_.tell("alarm", disease_.id, alarm.sentence);
  }
  return {};
}

Result<void> DiseaseWatch::save(const Judged& judged, Moment now) {
  figures_.live_since = watched_->since;
  figures_.note = watched_->note;
  figures_.reference_people.reset();
  if (watched_->reference) figures_.reference_people = watched_->reference->people;
  figures_.window_people = window_->people();
  figures_.window_from = window_->from();
  progress_.judged_at = now;
  progress_.figures = figures_json(disease_, figures_);
  std::vector<PredictionDay> days;
  for (const auto& [day, counts] : judged.days) days.push_back(counts);
  return world_.store->save_watch(disease_.id, progress_, judged.windows, days);
}

Result<void> DiseaseWatch::act_on(const ReturnDecision& decision, Moment now,
                                  const CancelToken& cancel) {
  const bool due = decision.state == ReturnState::Due;
  if (!due && decision.state != ReturnState::Impossible) return {};
  const std::int64_t version = watched_->version.number;
  std::string failed;
  if (due) {
    const auto returned = return_to_before(decision.sentence, now, cancel);
    if (returned.ok()) return {};
    if (returned.error().kind == ErrorKind::Cancelled) return {};
    failed = fmt::format("; version {} did not come back: {}", watched_->before->number,
                         returned.error().message);
  }
  return raise(
      {{disease_.id, version, AlarmKind::CannotReturn, AlarmTier::Act, decision.sentence + failed}},
      now);
}

/// What fails after the pointer has moved undoes nothing; the next settling makes it good.
Result<void> DiseaseWatch::return_to_before(const std::string& reason, Moment now,
                                            const CancelToken& cancel) {
  const Version before = *watched_->before;
  const std::int64_t from = watched_->version.number;
  const Placement placement{disease_, world_.models, world_.program};
  TRY(check_bundle(placement, world_.registry.folder, before.what, cancel));
  TRY(world_.store->return_version(disease_.id, before.number, from, reason, now));
  watched_.reset();
  world_.take_over();
  world_.tell("returned", disease_.id, reason);
  const auto held = RegistryLock::take(world_.registry);
  const auto settled =
      held.ok() ? settle(placement, world_.registry, held.value()) : Result<void>(held.error());
  if (!settled.ok()) world_.tell("not_settled", disease_.id, settled.error().message);
  TRY(world_.store->close_alarms_before(disease_.id, before.number, now));
  return raise({{disease_.id, before.number, AlarmKind::Returned, AlarmTier::Act,
                 fmt::format("version {} has come back: {}", before.number, reason)}},
               now);
}

}  // namespace relearn
