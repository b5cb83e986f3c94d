#include "contracts/record_store_model.h"

#include <fmt/format.h>

#include <algorithm>

namespace relearn {
namespace {

bool decides(OutcomeState state) {
  return state == OutcomeState::Confirmed || state == OutcomeState::Adjudicated;
}

std::string who(const Subject& subject) {
  return subject.user ? fmt::format("user {}", subject.user->value) : subject.reference;
}

std::string inputs_line(const std::vector<std::pair<std::string, double>>& inputs) {
  std::string line;
  for (const auto& [name, value] : inputs) line += fmt::format(" {}={}", name, value);
  return line;
}

}  // namespace

bool StoreModel::StoredPrediction::confirmed() const {
  return !events.empty() && decides(events.back().state);
}

Receipt::Result StoreModel::expect(const NewPrediction& prediction) const {
  if (prediction.risk && !(prediction.risk->value >= 0 && prediction.risk->value <= 1)) {
    return Receipt::Result::Refused;
  }
  if (!prediction.import_key.empty() && imported.contains(prediction.import_key)) {
    return Receipt::Result::AlreadyThere;
  }
  return withdrawn.contains(who(prediction.subject)) ? Receipt::Result::Refused
                                                     : Receipt::Result::Added;
}

void StoreModel::add(const PredictionId& id, const NewPrediction& prediction) {
  const std::string person = who(prediction.subject);
  predictions[id] = {prediction, person, {}};
  order.push_back(id);
  if (!person.empty()) persons_.insert(person);
  if (!prediction.import_key.empty()) imported[prediction.import_key] = id;
}

std::optional<CurrentOutcome> StoreModel::current(const StoredPrediction& prediction) const {
  if (prediction.events.empty()) return std::nullopt;
  const NewOutcomeEvent& last = prediction.events.back();
  CurrentOutcome current{last.state, last.value, last.actor, ""};
  for (const NewOutcomeEvent& event : prediction.events) {
    if (decides(event.state)) current.confirmed_by = event.actor;
  }
  return current;
}

Receipt::Result StoreModel::expect(const NewOutcomeEvent& event) const {
  if (!event.import_key.empty() && event_keys_.contains(event.import_key)) {
    return Receipt::Result::AlreadyThere;
  }
  const auto found = predictions.find(event.prediction);
  if (found == predictions.end()) return Receipt::Result::Refused;
  const StoredPrediction& prediction = found->second;
  return check_transition(current(prediction), event, prediction.what.made_at).ok()
             ? Receipt::Result::Added
             : Receipt::Result::Refused;
}

void StoreModel::add(const NewOutcomeEvent& event) {
  predictions.at(event.prediction).events.push_back(event);
  if (!event.import_key.empty()) event_keys_.insert(event.import_key);
}

Withdrawal StoreModel::expected_withdrawal(const std::string& person) const {
  Withdrawal expected;
  for (const auto& [id, prediction] : predictions) {
    if (prediction.person != person) continue;
    ++expected.predictions;
    expected.outcomes += prediction.events.size();
  }
  for (const auto& [digest, snapshot] : snapshots) {
    const bool holds = std::ranges::any_of(snapshot.members, [&](const PredictionId& id) {
      const auto found = predictions.find(id);
      return found != predictions.end() && found->second.person == person;
    });
    if (!holds || revoked.contains(digest)) continue;
    expected.revoked_snapshots.push_back(digest);
    for (const auto& [disease, list] : attempts) {
      for (const StoredAttempt& one : list) {
        const Attempt& attempt = one.attempt;
        if (attempt.what.snapshot != digest) continue;
        const bool is_live = attempt.version != 0 && attempt.version == live(disease);
        if (attempt.version != 0) expected.marked_versions.emplace_back(disease, attempt.version);
        if (is_live) expected.retrain.push_back(disease);
        if (!is_live) expected.bundles.push_back(attempt.what.bundle);
      }
    }
  }
  std::ranges::sort(expected.bundles);
  std::ranges::sort(expected.marked_versions);
  std::ranges::sort(expected.retrain);
  return expected;
}

void StoreModel::withdraw(const std::string& person) {
  const Withdrawal done = expected_withdrawal(person);
  revoked.insert(done.revoked_snapshots.begin(), done.revoked_snapshots.end());
  queued.insert(done.retrain.begin(), done.retrain.end());
  for (auto& [disease, list] : attempts) {
    for (StoredAttempt& one : list) {
      one.attempt.contains_withdrawn |= revoked.contains(one.attempt.what.snapshot);
    }
  }
  std::erase_if(order, [&](const PredictionId& id) { return predictions.at(id).person == person; });
  for (const auto& [id, prediction] : predictions) {
    if (prediction.person != person) continue;
    if (!prediction.what.import_key.empty()) imported.erase(prediction.what.import_key);
    for (const NewOutcomeEvent& event : prediction.events) event_keys_.erase(event.import_key);
  }
  std::erase_if(predictions, [&](const auto& item) { return item.second.person == person; });
  persons_.erase(person);
  withdrawn.insert(person);
}

std::int64_t StoreModel::live(const std::string& disease) const {
  const auto found = changes.find(disease);
  return found == changes.end() || found->second.empty() ? 0 : found->second.back().to;
}

std::optional<ErrorKind> StoreModel::expect(const NewAttempt& attempt) const {
  if (revoked.contains(attempt.snapshot)) return ErrorKind::NotReady;
  const bool stale = attempt.champion != live(attempt.disease);
  if (attempt.verdict == "publish" && stale) return ErrorKind::Conflict;
  return std::nullopt;
}

void StoreModel::add(const NewAttempt& attempt, Moment now) {
  auto& list = attempts[attempt.disease];
  Attempt written;
  written.number = static_cast<std::int64_t>(list.size() + 1);
  written.what = attempt;
  written.at = now;
  if (attempt.verdict == "ask") {
    const bool stale = attempt.champion != live(attempt.disease);
    written.state = stale ? AttemptState::Overtaken : AttemptState::Waiting;
  }
  list.push_back({written, {}, false});
  if (attempt.verdict == "publish") publish(list.back(), now);
}

std::optional<ErrorKind> StoreModel::publish(StoredAttempt& one, Moment now) {
  Attempt& attempt = one.attempt;
  const std::string& disease = attempt.what.disease;
  if (attempt.what.champion != live(disease)) return ErrorKind::Conflict;
  if (revoked.contains(attempt.what.snapshot)) return ErrorKind::NotReady;
  versions[disease].push_back(attempt.number);
  attempt.version = static_cast<std::int64_t>(versions[disease].size());
  attempt.state = AttemptState::Published;
  queued.erase(disease);
  go_live(disease, attempt.version, now);
  return std::nullopt;
}

void StoreModel::go_live(const std::string& disease, std::int64_t to, Moment now) {
  changes[disease].push_back({now, live(disease), to});
  for (StoredAttempt& one : attempts[disease]) {
    if (one.attempt.state == AttemptState::Waiting && one.attempt.what.champion != to) {
      one.attempt.state = AttemptState::Overtaken;
    }
  }
}

std::optional<ErrorKind> StoreModel::approve(const std::string& disease, std::int64_t number,
                                             const Actor& by, Moment now) {
  StoredAttempt& one = attempts[disease][static_cast<std::size_t>(number - 1)];
  if (const auto no = check_approval(one.attempt, one.approvals, by); !no.ok()) {
    return no.error().kind;
  }
  if (revoked.contains(one.attempt.what.snapshot)) return ErrorKind::NotReady;
  one.approvals.push_back({by, "", now});
  if (static_cast<int>(one.approvals.size()) < approvals_needed(one.attempt.what)) {
    return std::nullopt;
  }
  return publish(one, now);
}

std::optional<ErrorKind> StoreModel::reject(const std::string& disease, std::int64_t number,
                                            const Actor& by) {
  StoredAttempt& one = attempts[disease][static_cast<std::size_t>(number - 1)];
  if (const auto no = check_rejection(one.attempt, by); !no.ok()) return no.error().kind;
  one.attempt.state = AttemptState::Rejected;
  return std::nullopt;
}

std::optional<ErrorKind> StoreModel::force(const std::string& disease, std::int64_t number,
                                           const Actor& by, Moment now) {
  StoredAttempt& one = attempts[disease][static_cast<std::size_t>(number - 1)];
  if (const auto no = check_force(one.attempt, by, "a reason"); !no.ok()) return no.error().kind;
  one.forced = true;
  return publish(one, now);
}

std::optional<ErrorKind> StoreModel::roll_back(const std::string& disease, std::int64_t to,
                                               std::int64_t expected, const Actor& by, Moment now) {
  if (by.user && by.role != Role::Admin) return ErrorKind::NotAllowed;
  const auto& list = versions[disease];
  if (static_cast<std::size_t>(to) > list.size()) return ErrorKind::NotFound;
  if (expected != live(disease) || to == live(disease)) return ErrorKind::Conflict;
  const auto attempt = static_cast<std::size_t>(list[static_cast<std::size_t>(to - 1)] - 1);
  if (attempts[disease][attempt].attempt.contains_withdrawn) return ErrorKind::NotReady;
  go_live(disease, to, now);
  return std::nullopt;
}

RecordCounts StoreModel::counts(const std::string& disease) const {
  RecordCounts counts;
  for (const auto& [id, prediction] : predictions) {
    if (prediction.what.disease != disease) continue;
    ++counts.found;
    if (prediction.events.empty()) {
      ++counts.without_outcome;
    } else if (prediction.confirmed()) {
      ++counts.confirmed;
    } else {
      const OutcomeState state = prediction.events.back().state;
      counts.reported += state == OutcomeState::Reported ? 1 : 0;
      counts.contested += state == OutcomeState::Contested ? 1 : 0;
      counts.retracted += state == OutcomeState::Retracted ? 1 : 0;
    }
  }
  return counts;
}

std::vector<std::string> StoreModel::confirmed(const std::string& disease) const {
  std::vector<std::pair<std::pair<Moment, PredictionId>, std::string>> lines;
  for (const auto& [id, prediction] : predictions) {
    if (prediction.what.disease != disease || !prediction.confirmed()) continue;
    lines.push_back(
        {{prediction.what.made_at, id}, line_of(id, prediction.what, prediction.events.back())});
  }
  std::ranges::sort(lines);
  std::vector<std::string> sorted;
  for (auto& [key, line] : lines) sorted.push_back(std::move(line));
  return sorted;
}

std::vector<std::string> StoreModel::verification(const std::string& disease) const {
  std::vector<std::string> lines;
  for (const PredictionId& id : order) {
    const StoredPrediction& prediction = predictions.at(id);
    if (prediction.what.disease != disease) continue;
    lines.push_back(fmt::format("{} {} {}", id.text,
                                prediction.what.risk ? prediction.what.risk->value : -1,
                                prediction.confirmed()));
  }
  return lines;
}

std::string line_of(const Attempt& a) {
  return fmt::format("{} {} {} {} {} {} {} at {} version {} marked {}", a.what.disease, a.number,
                     a.what.model_digest, a.what.snapshot, a.what.verdict, a.what.champion,
                     attempt_state_word(a.state), a.at.seconds, a.version, a.contains_withdrawn);
}

std::string line_of(const PredictionId& id, const NewPrediction& p, const NewOutcomeEvent& e) {
  return fmt::format("{} {} v{} {}{} | {} {} {} | {} {} {} '{}' {} {} {}", id.text, p.disease,
                     p.disease_version, to_text(p.made_at), inputs_line(p.inputs), p.model_version,
                     p.risk ? p.risk->value : -1, p.shown, e.value == OutcomeValue::Present,
                     state_word(e.state), source_word(e.source), e.reference_standard,
                     to_text(e.observed_on), to_text(e.recorded_at), e.blinded);
}

std::string line_of(const ConfirmedRecord& record) {
  const Prediction& p = record.prediction;
  NewPrediction as_given;
  as_given.disease = p.disease;
  as_given.disease_version = p.disease_version;
  as_given.made_at = p.made_at;
  as_given.inputs = p.inputs;
  as_given.model_version = p.model_version;
  as_given.risk = p.risk;
  as_given.shown = p.shown;
  NewOutcomeEvent event;
  event.value = record.value;
  event.state = record.state;
  event.source = record.source;
  event.reference_standard = record.reference_standard;
  event.observed_on = record.observed_on;
  event.recorded_at = record.recorded_at;
  event.blinded = record.blinded;
  return line_of(p.id, as_given, event);
}

}  // namespace relearn
