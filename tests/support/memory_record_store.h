// The ports to the records, in memory: what the contracts in records/record_store.h say and nothing
// else. For tests of whoever uses them.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "records/record_store.h"

namespace relearn {

class MemoryPeopleStore final : public PeopleStore {
 public:
  Result<UserId> add_user(const NewUser& user, Moment) override {
    const std::string key = canonical(user.email);
    if (users_.contains(key)) return conflict("the e-mail is taken");
    User added;
    added.id = {static_cast<std::int64_t>(users_.size()) + 1};
    added.person = {added.id.value};
    added.email = user.email;
    added.full_name = user.full_name;
    added.role = user.role;
    added.password_hash = user.password_hash;
    added.password = user.password;
    users_[key] = added;
    return added.id;
  }
  Result<std::optional<User>> find_user(std::string_view email) override {
    const auto found = users_.find(canonical(email));
    if (found == users_.end()) return std::optional<User>();
    return std::optional<User>(found->second);
  }
  Result<void> set_password(UserId id, std::string_view hash, PasswordState state) override {
    for (auto& [email, user] : users_) {
      if (user.id == id) user.password_hash = hash, user.password = state;
    }
    return {};
  }
  Result<std::uint64_t> count_users() override { return users_.size(); }

  void disable(std::string_view email) { users_.at(canonical(email)).disabled = true; }

 private:
  static std::string canonical(std::string_view email) {
    std::string key(email);
    std::transform(key.begin(), key.end(), key.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return key;
  }
  std::map<std::string, User> users_;
};

class MemoryRecordStore final : public RecordStore {
 public:
  struct Stored {
    Prediction prediction;
    NewPrediction given;
    BatchSource batch;
    std::vector<std::pair<NewOutcomeEvent, BatchSource>> events;
  };

  Result<PeopleKind> people_kind() override { return people_; }
  Result<void> admit(PeopleKind people, Moment) override {
    if (people == people_) return {};
    if (people == PeopleKind::Real || !stored_.empty()) return conflict("other people are here");
    people_ = people;
    return {};
  }

  Result<std::vector<Receipt>> add_predictions(std::span<const NewPrediction> predictions,
                                               const BatchSource& batch) override {
    TRY(count_write());
    std::vector<Receipt> receipts;
    for (const NewPrediction& given : predictions) {
      const auto known = given.import_key.empty() ? by_key_.end() : by_key_.find(given.import_key);
      if (known != by_key_.end()) {
        receipts.push_back({Receipt::Result::AlreadyThere, known->second, ""});
        continue;
      }
      const PredictionId id{"p-" + std::string(26 - std::to_string(stored_.size()).size(), 'a') +
                            std::to_string(stored_.size())};
      Stored stored{{}, given, batch, {}};
      stored.prediction = {id,
                           person_of(given.subject),
                           given.disease,
                           given.disease_version,
                           given.made_at,
                           given.inputs,
                           given.model_version,
                           given.risk,
                           given.shown};
      stored_.emplace(id.text, std::move(stored));
      if (!given.import_key.empty()) by_key_[given.import_key] = id;
      receipts.push_back({Receipt::Result::Added, id, ""});
    }
    return receipts;
  }

  Result<std::vector<Receipt>> add_outcomes(std::span<const NewOutcomeEvent> events,
                                            const BatchSource& batch) override {
    TRY(count_write());
    std::vector<Receipt> receipts;
    for (const NewOutcomeEvent& event : events) receipts.push_back(add_outcome(event, batch));
    return receipts;
  }

  Result<std::optional<Prediction>> find_prediction(const PredictionId& id) override {
    const auto found = stored_.find(id.text);
    if (found == stored_.end()) return std::optional<Prediction>();
    return std::optional<Prediction>(found->second.prediction);
  }
  Result<std::optional<Prediction>> find_imported(std::string_view import_key) override {
    const auto found = by_key_.find(std::string(import_key));
    if (found == by_key_.end()) return std::optional<Prediction>();
    return find_prediction(found->second);
  }
  Result<std::vector<Prediction>> predictions_of(UserId user, std::size_t count_max) override {
    std::vector<Prediction> found;
    for (const auto& [id, stored] : stored_) {
      if (stored.given.subject.user == user) found.push_back(stored.prediction);
    }
    std::stable_sort(found.begin(), found.end(), [](const Prediction& a, const Prediction& b) {
      return b.made_at < a.made_at;
    });
    found.resize(std::min(found.size(), count_max));
    return found;
  }

  Result<RecordCounts> count_records(std::string_view disease) override {
    RecordCounts counts;
    for (const auto& [id, stored] : stored_) {
      if (stored.prediction.disease != disease) continue;
      ++counts.found;
      ++*count_of(counts, current(stored));
    }
    return counts;
  }

  Result<void> visit_confirmed(
      std::string_view disease,
      const std::function<Result<void>(const ConfirmedRecord&)>& visit) override {
    for (const Stored* stored : in_order(disease)) {
      if (!is_confirmed(*stored)) continue;
      const auto& [event, batch] = stored->events.back();
      ConfirmedRecord record;
      record.prediction = stored->prediction;
      record.value = event.value;
      record.state = event.state;
      record.source = event.source;
      record.reference_standard = event.reference_standard;
      record.contributor = "contributor of " + event.actor;
      record.batch = batch.file_digest;
      record.observed_on = event.observed_on;
      record.recorded_at = event.recorded_at;
      record.blinded = event.blinded;
      TRY(visit(record));
    }
    return {};
  }
  Result<void> visit_verification(
      std::string_view disease,
      const std::function<Result<void>(const Prediction&, bool)>& visit) override {
    for (const Stored* stored : in_order(disease)) {
      TRY(visit(stored->prediction, is_confirmed(*stored)));
    }
    return {};
  }

  Result<std::int64_t> open_quarantine(const NewQuarantine& what, Moment now) override {
    for (const Quarantine& each : quarantines_) {
      if (each.what.subject == what.subject && each.state != QuarantineState::Released) {
        return each.id;
      }
    }
    Quarantine opened;
    opened.id = static_cast<std::int64_t>(quarantines_.size()) + 1;
    opened.what = what;
    opened.opened_at = now;
    quarantines_.push_back(opened);
    return opened.id;
  }
  Result<std::vector<Quarantine>> quarantines(std::string_view disease) override {
    std::vector<Quarantine> of_disease;
    for (const Quarantine& each : quarantines_) {
      if (each.what.disease == disease) of_disease.push_back(each);
    }
    return of_disease;
  }
  Result<void> close_quarantine(std::int64_t id, QuarantineState decision, std::string_view by,
                                std::string_view reason, Moment now) override {
    for (Quarantine& each : quarantines_) {
      if (each.id != id) continue;
      if (each.state != QuarantineState::Open) return conflict("it is closed already");
      each.state = decision;
      each.decided_by = by;
      each.decision_reason = reason;
      each.decided_at = now;
      return {};
    }
    return not_found("no such quarantine");
  }

  /// For tests: everything that is stored, by id.
  const std::map<std::string, Stored>& everything() const { return stored_; }
  /// The transaction of this number (from 1) and all after it fail, as on a full disk.
  void fail_from_write(std::size_t number) { fail_from_ = number; }
  std::size_t writes() const { return writes_; }

 private:
  Result<void> count_write() {
    if (fail_from_ != 0 && writes_ + 1 >= fail_from_) return unavailable("the disk is full");
    ++writes_;
    return {};
  }

  std::optional<PersonId> person_of(const Subject& subject) {
    if (subject.user) return PersonId{subject.user->value};
    if (subject.reference.empty()) return std::nullopt;
    const auto number = static_cast<std::int64_t>(persons_.size()) + 1'000'000;
    return persons_.try_emplace(subject.reference, PersonId{number}).first->second;
  }

  static std::optional<CurrentOutcome> current(const Stored& stored) {
    if (stored.events.empty()) return std::nullopt;
    CurrentOutcome outcome;
    for (const auto& [event, batch] : stored.events) {
      outcome.state = event.state;
      outcome.value = event.value;
      outcome.actor = event.actor;
      if (event.state == OutcomeState::Confirmed || event.state == OutcomeState::Adjudicated) {
        outcome.confirmed_by = event.actor;
      }
    }
    return outcome;
  }

  static bool is_confirmed(const Stored& stored) {
    const auto outcome = current(stored);
    return outcome && (outcome->state == OutcomeState::Confirmed ||
                       outcome->state == OutcomeState::Adjudicated);
  }

  static std::uint64_t* count_of(RecordCounts& counts,
                                 const std::optional<CurrentOutcome>& outcome) {
    if (!outcome) return &counts.without_outcome;
    switch (outcome->state) {
      case OutcomeState::Reported:
        return &counts.reported;
      case OutcomeState::Contested:
        return &counts.contested;
      case OutcomeState::Retracted:
        return &counts.retracted;
      case OutcomeState::Confirmed:
      case OutcomeState::Adjudicated:
        break;
    }
    return &counts.confirmed;
  }

  Receipt add_outcome(const NewOutcomeEvent& event, const BatchSource& batch) {
    if (!event.import_key.empty() && event_keys_.contains(event.import_key)) {
      return {Receipt::Result::AlreadyThere, event.prediction, ""};
    }
    const auto found = stored_.find(event.prediction.text);
    if (found == stored_.end()) {
      return {Receipt::Result::Refused, event.prediction, "no such prediction"};
    }
    Stored& stored = found->second;
    const auto checked = check_transition(current(stored), event, stored.prediction.made_at);
    if (!checked.ok()) {
      return {Receipt::Result::Refused, event.prediction, checked.error().message};
    }
    stored.events.emplace_back(event, batch);
    if (!event.import_key.empty()) event_keys_.insert(event.import_key);
    return {Receipt::Result::Added, event.prediction, ""};
  }

  std::vector<const Stored*> in_order(std::string_view disease) const {
    std::vector<const Stored*> order;
    for (const auto& [id, stored] : stored_) {
      if (stored.prediction.disease == disease) order.push_back(&stored);
    }
    std::stable_sort(order.begin(), order.end(), [](const Stored* a, const Stored* b) {
      return a->prediction.made_at < b->prediction.made_at;
    });
    return order;
  }

  std::map<std::string, Stored> stored_;  // by id
  std::map<std::string, PredictionId> by_key_;
  PeopleKind people_ = PeopleKind::Real;
  std::map<std::string, PersonId> persons_;
  std::set<std::string> event_keys_;
  std::vector<Quarantine> quarantines_;
  std::size_t writes_ = 0, fail_from_ = 0;
};

}  // namespace relearn
