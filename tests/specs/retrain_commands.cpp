// What the commands of *.retrain files mean: retrains from a real database, with the real trainer,
// of invented people who say that they are real.
//
//   disease ID                          loads diseases/ID.toml; an empty store
//   baseline people=N [seed=S]          a file of so many people; `baseline none`: no file, so that
//                                       the built-in invented people stand in
//   people invented|real                a file of such people is about to be taken in
//   today DATE
//   visits people=N assessed=DATE [seed=S] [confirmed=M] [outcomes=right|inverted|ill] [by=NAME]
//          [observed=DATE] [person=PREFIX]
//                                       N people assessed; the first M (default: all) confirmed by
//                                       NAME, or by "doctor 1" to "doctor 4" in turn
//   withdraw PERSON                     that person (PREFIX-NUMBER) goes
//   release NUMBER                      a person has looked at this quarantine: it is right
//   user NAME role=ROLE                 an account
//   retrain [by=NAME] [seed=S]          one family, three folds. Answers, of the last attempt made:
//                                       the funnel, new people, what came of
//                                       drawing locked people, verdict, what became of it (state),
//                                       the bundles that lie there, snapshot (new, as before,
//                                       none), people that it learnt from; then the live version
//                                       and whether its model is in place (live model)
//   approve|reject|force ATTEMPT by=NAME
//   rollback VERSION by=NAME            answer: state, version that is live, live model
//   alter FILE version=N                a byte of a bundle's file is flipped
//   leftover                            a bundle lies there that no attempt names
//   ledger                              answer: entries, holds (yes, or the error)
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "base/digest.h"
#include "base/file.h"
#include "base/random.h"
#include "clinical/synthetic_mark.h"
#include "lifecycle/registry/bundle_folder.h"
#include "lifecycle/registry/decisions.h"
#include "lifecycle/retrain/retrain_from_store.h"
#include "storage/sqlite/store.h"
#include "support/spec_runner.h"
#include "unit/learning/cohort/invented_file.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = "retrain";
constexpr std::uint64_t kModelBytesMax = 64 << 20;

struct Clinic {
  Clinic() : folder(fs::temp_directory_path() / fmt::format("relearn-retrain-{}", ::getpid())) {
    fs::remove_all(folder);
    fs::create_directories(folder);
  }
  ~Clinic() { fs::remove_all(folder); }
  Clinic(const Clinic&) = delete;
  Clinic& operator=(const Clinic&) = delete;

  /// The same key and the same ids in every run: what the verdict is does not hang on chance.
  Result<std::shared_ptr<SqliteStore>> open() const {
    const fs::path key = folder / "key";
    TRY(write_file_atomically(key, fmt::format("relearn-keys 1\nindex {}\nseal 1 {}\n",
                                               sha256("index"), sha256("seal"))));
    fs::permissions(key, fs::perms::owner_read | fs::perms::owner_write);
    StoreOptions options;
    options.folder = folder / "store";
    options.if_missing = IfMissing::Create;
    options.random = [this](std::span<unsigned char> bytes) {
      for (unsigned char& byte : bytes) byte = static_cast<unsigned char>(random.below(256));
    };
    KeyRing keys = TRY(KeyRing::load(key));
    return SqliteStore::open(options, std::move(keys));
  }

  fs::path folder;
  DiseaseFile disease;
  Moment today{0};
  std::string last_snapshot;
  mutable Random random{20261124};
  std::map<std::string, Actor> users;
};

Clinic& clinic_of(SpecState& state) { return state.of<Clinic>(); }

Result<std::string> needed(SpecCommand& command, std::string_view key) {
  if (auto value = command.argument(key)) return *value;
  return invalid_input(fmt::format("{} needs {}=", command.word(), key));
}

std::uint64_t number(SpecCommand& command, std::string_view key, std::uint64_t fallback) {
  const auto text = command.argument(key);
  return text ? static_cast<std::uint64_t>(parse_number(*text).value_or(0)) : fallback;
}

Result<SpecAnswer> load(SpecCommand& command, SpecState& state) {
  Clinic& clinic = clinic_of(state);
  const std::string path = fmt::format("{}/diseases/{}.toml", RELEARN_SOURCE_DIR, command.text(0));
  clinic.disease = TRY(load_disease_file(path));
  fs::remove_all(clinic.folder / "store");
  fs::remove_all(clinic.folder / "models");
  clinic.users.clear();
  return SpecAnswer{};
}

Result<SpecAnswer> baseline(SpecCommand& command, SpecState& state) {
  const Clinic& clinic = clinic_of(state);
  if (command.text(0) == "none") {
    fs::remove(clinic.folder / "baseline.csv");
    return SpecAnswer{};
  }
  const InventedFile people(clinic.disease, number(command, "people", 300),
                            number(command, "seed", 1));
  TRY(write_file_atomically(clinic.folder / "baseline.csv", people.text()));
  return SpecAnswer{};
}

Result<SpecAnswer> people_kind(SpecCommand& command, SpecState& state) {
  const Clinic& clinic = clinic_of(state);
  const auto store = TRY(clinic.open());
  TRY(store->admit(command.text(0) == "invented" ? PeopleKind::Invented : PeopleKind::Real,
                   clinic.today));
  return SpecAnswer{};
}

Result<SpecAnswer> today(SpecCommand& command, SpecState& state) {
  clinic_of(state).today = TRY(parse_moment(command.text(0)));
  return SpecAnswer{};
}

NewPrediction prediction_of(const Clinic& clinic, const InventedFile& people, std::size_t row,
                            const std::string& person, Moment made_at) {
  NewPrediction prediction;
  prediction.disease = clinic.disease.id;
  prediction.disease_version = clinic.disease.version;
  prediction.subject.reference = person;
  prediction.made_at = made_at;
  for (const Predictor& predictor : clinic.disease.predictors) {
    const auto value = parse_value(predictor, people.rows[row][people.column(predictor.id)]);
    if (value.ok() && !std::isnan(value.value())) {
      prediction.inputs.emplace_back(predictor.id, value.value());
    }
  }
  return prediction;
}

Result<SpecAnswer> visits(SpecCommand& command, SpecState& state) {
  Clinic& clinic = clinic_of(state);
  const std::uint64_t count = number(command, "people", 100);
  const std::uint64_t confirmed = number(command, "confirmed", count);
  const std::string prefix = command.argument("person").value_or("p");
  const std::string assessed = TRY(needed(command, "assessed"));
  const Moment made_at = TRY(parse_moment(assessed));
  const Date observed = TRY(parse_date(command.argument("observed").value_or(assessed)));
  const std::string outcomes = command.argument("outcomes").value_or("right");
  const auto by = command.argument("by");
  const InventedFile people(clinic.disease, count, number(command, "seed", 2));
  const auto store = TRY(clinic.open());
  std::vector<NewPrediction> predictions;
  for (std::size_t i = 0; i < count; ++i) {
    predictions.push_back(
        prediction_of(clinic, people, i, fmt::format("{}-{}", prefix, i), made_at));
  }
  const auto receipts =
      TRY(store->add_predictions(predictions, {"predictions", sha256(prefix + assessed), made_at}));
  std::vector<NewOutcomeEvent> events;
  const auto& standard = clinic.disease.outcome.reference_standards.front();
  for (std::size_t i = 0; i < confirmed; ++i) {
    bool ill = people.rows[i][people.column(clinic.disease.outcome.id)] == "1";
    if (outcomes == "inverted") ill = !ill;
    if (outcomes == "ill") ill = true;
    NewOutcomeEvent event;
    event.prediction = receipts[i].prediction;
    event.state = OutcomeState::Confirmed;
    event.value = ill ? OutcomeValue::Present : OutcomeValue::Absent;
    event.source = parse_source(standard.source).value_or(OutcomeSource::Laboratory);
    event.reference_standard = standard.id;
    event.actor = by ? *by : fmt::format("doctor {}", 1 + i % 4);
    event.observed_on = observed;
    event.recorded_at = start_of(observed);
    events.push_back(event);
  }
  for (const Receipt& receipt : TRY(store->add_outcomes(
           events, {"outcomes", sha256("outcomes" + prefix + assessed), start_of(observed)}))) {
    if (receipt.result == Receipt::Result::Refused) return invalid_input(receipt.refused_because);
  }
  return SpecAnswer{};
}

Result<SpecAnswer> withdraw(SpecCommand& command, SpecState& state) {
  Clinic& clinic = clinic_of(state);
  const auto store = TRY(clinic.open());
  Subject who;
  who.reference = command.text(0);
  const Withdrawal gone = TRY(store->withdraw(who, "the person asked", clinic.today));
  for (const std::string& digest : gone.revoked_snapshots) {
    fs::remove(clinic.folder / "store" / "snapshots" / (digest + ".csv"));
  }
  const Registry registry{store, clinic.folder / "store"};
  const RegistryLock held = TRY(RegistryLock::take(registry));
  TRY(clear_bundles(clinic.disease.id, registry, held));
  SpecAnswer answer{{"predictions", std::to_string(gone.predictions)},
                    {"snapshots deleted", std::to_string(gone.revoked_snapshots.size())}};
  for (const auto& [disease, version] : gone.marked_versions) {
    answer.emplace_back("marked", fmt::format("{}/{}", disease, version));
  }
  for (const std::string& disease : gone.retrain) answer.emplace_back("to retrain", disease);
  return answer;
}

Result<SpecAnswer> release(SpecCommand& command, SpecState& state) {
  Clinic& clinic = clinic_of(state);
  const auto store = TRY(clinic.open());
  TRY(store->close_quarantine(std::atoll(command.text(0).c_str()), QuarantineState::Released,
                              "a second reader", "charts looked at again", clinic.today));
  return SpecAnswer{};
}

Placement placement_of(const Clinic& clinic) {
  return {clinic.disease, clinic.folder / "models", RELEARN_PROGRAM};
}

Result<RetrainStores> stores_of(const Clinic& clinic) {
  const auto store = TRY(clinic.open());
  return RetrainStores{store, store,
                       [store](std::string_view domain, std::string_view text) {
                         return store->keyed(domain, text);
                       },
                       clinic.folder / "store"};
}

/// Which version is live, and whether its model is where everybody looks for it.
Result<void> answer_live(const Clinic& clinic, SpecAnswer& answer) {
  const RetrainStores stores = TRY(stores_of(clinic));
  const auto live = TRY(stores.versions->live_version(clinic.disease.id));
  answer.emplace_back("version", std::to_string(live ? live->number : 0));
  const fs::path file = clinic.folder / "models" / clinic.disease.model_file_name;
  const auto bytes = read_file(file, kModelBytesMax);
  std::string said = "none";
  if (bytes.ok()) {
    const bool same = live && sha256(bytes.value()) == live->what.model_digest;
    const auto placed = placed_version(file, sha256(bytes.value()));
    said = same && placed && placed->number == live->number ? "as recorded" : "another";
  }
  answer.emplace_back("live model", said);
  if (live && live->forced) answer.emplace_back("forced", "yes");
  return {};
}

Result<SpecAnswer> answer_of(Clinic& clinic, const StoreRetrainRecord& record) {
  const AttemptRecord& last = record.attempts.back();
  SpecAnswer answer{{"attempts", std::to_string(record.attempts.size())},
                    {"found", std::to_string(last.prepared.funnel.found)}};
  for (const FunnelStep& step : last.prepared.funnel.left_out) {
    answer.emplace_back(step.label, std::to_string(step.count));
  }
  answer.emplace_back("used", std::to_string(last.prepared.funnel.used));
  answer.emplace_back("new people", std::to_string(last.prepared.new_people.persons));
  const std::string& locked = last.prepared.locked_note;
  answer.emplace_back("locked", locked.empty() ? "-" : locked);
  answer.emplace_back("verdict", std::string(word_of(last.verdict.kind)));
  answer.emplace_back("look", std::to_string(last.verdict.look));
  for (std::string& sentence : last.verdict.because()) {
    answer.emplace_back("because", std::move(sentence));
  }
  answer.emplace_back("state", std::string(attempt_state_word(last.outcome.attempt.state)));
  answer.emplace_back("attempt", std::to_string(last.outcome.attempt.number));
  const auto bundles = TRY(list_bundles(clinic.folder / "store" / "bundles", clinic.disease.id));
  answer.emplace_back("bundles", std::to_string(bundles.size()));
  const std::string& snapshot = last.prepared.snapshot;
  answer.emplace_back("snapshot", snapshot.empty()                   ? "none"
                                  : snapshot == clinic.last_snapshot ? "as before"
                                                                     : "new");
  clinic.last_snapshot = snapshot;
  answer.emplace_back("people", std::string(fact_of(last.trained.facts, kDataFact)));
  TRY(answer_live(clinic, answer));
  for (const AdjudicationItem& item : last.prepared.adjudication) {
    if (item.kind != AdjudicationItem::Kind::Surprise) answer.emplace_back("to look at", item.why);
  }
  return answer;
}

Result<SpecAnswer> user(SpecCommand& command, SpecState& state) {
  Clinic& clinic = clinic_of(state);
  const std::string role = TRY(needed(command, "role"));
  NewUser account;
  account.email = command.text(0) + "@example.org";
  account.role = parse_role(role).value_or(Role::Patient);
  account.password = PasswordState::MustReset;
  const auto store = TRY(clinic.open());
  const UserId id = TRY(store->add_user(account, clinic.today));
  clinic.users[command.text(0)] = {id, account.role};
  return SpecAnswer{};
}

/// by=NAME; without it: whoever has the command line.
Result<Actor> actor_of(SpecCommand& command, const Clinic& clinic) {
  const auto name = command.argument("by");
  if (!name) return Actor{};
  const auto found = clinic.users.find(*name);
  if (found != clinic.users.end()) return found->second;
  return invalid_input(fmt::format("{} has no account here", *name));
}

Result<SpecAnswer> retrain_command(SpecCommand& command, SpecState& state) {
  Clinic& clinic = clinic_of(state);
  SearchOptions search;
  search.families = {"logistic"};
  search.outer_folds = search.inner_folds = 3;
  search.seed = number(command, "seed", 1);
  const Actor by = TRY(actor_of(command, clinic));
  std::vector<fs::path> files;
  if (fs::exists(clinic.folder / "baseline.csv")) files = {clinic.folder / "baseline.csv"};
  const StoreRetrainRequest request{{.disease = clinic.disease,
                                     .files = files,
                                     .search = search,
                                     .out = clinic.folder / "models",
                                     .code_version = "test"},
                                    "spec",
                                    by,
                                    clinic.folder / "organisation.toml"};
  const CancelToken cancel;
  NoProgress progress;
  const auto record = TRY(retrain_from_store(
      request, [&clinic] { return stores_of(clinic); }, RELEARN_PROGRAM,
      [&clinic] { return clinic.today; }, cancel, progress));
  return answer_of(clinic, record);
}

/// A file by its name alone: where the store is, and how a bundle is called, is another thing each
/// time.
Error without_folders(Error error, const Clinic& clinic) {
  if (!error.message.starts_with(clinic.folder.string())) return error;
  const std::size_t name = error.message.rfind('/', error.message.find(": "));
  error.message.erase(0, name + 1);
  return error;
}

Result<SpecAnswer> decide(SpecCommand& command, Clinic& clinic) {
  const Actor by = TRY(actor_of(command, clinic));
  const Decision decision{std::atoll(command.text(0).c_str()), by, "spec"};
  SpecAnswer answer;
  {
    const RetrainStores stores = TRY(stores_of(clinic));
    const Registry registry = stores.registry();
    const CancelToken cancel;
    const Placement placement = placement_of(clinic);
    const std::string word(command.word());
    std::string became = "published";
    if (word == "approve") {
      const auto outcome =
          TRY(approve_attempt(placement, decision, registry, clinic.today, cancel));
      became = attempt_state_word(outcome.attempt.state);
    } else if (word == "reject") {
      const auto attempt = TRY(stores.versions->reject(clinic.disease.id, decision.number, by,
                                                       decision.reason, clinic.today));
      became = attempt_state_word(attempt.state);
    } else if (word == "force") {
      TRY(force_attempt(placement, decision, registry, clinic.today, cancel));
    } else {
      TRY(roll_back(placement, decision, registry, clinic.today, cancel));
    }
    answer.emplace_back("state", became);
    const RegistryLock held = TRY(RegistryLock::take(registry));
    TRY(settle(placement, registry, held));
  }
  TRY(answer_live(clinic, answer));
  return answer;
}

/// approve, reject, force, rollback.
Result<SpecAnswer> decide_command(SpecCommand& command, SpecState& state) {
  Clinic& clinic = clinic_of(state);
  auto answer = decide(command, clinic);
  if (!answer.ok()) return without_folders(answer.take_error(), clinic);
  return answer;
}

Result<SpecAnswer> alter(SpecCommand& command, SpecState& state) {
  Clinic& clinic = clinic_of(state);
  const auto wanted = static_cast<std::int64_t>(number(command, "version", 1));
  const RetrainStores stores = TRY(stores_of(clinic));
  for (const Version& version : TRY(stores.versions->versions(clinic.disease.id))) {
    if (version.number != wanted) continue;
    const fs::path file = stores.folder / "bundles" / version.what.bundle / command.text(0);
    std::string bytes = TRY(read_file(file, kModelBytesMax));
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    TRY(write_file_atomically(file, bytes));
  }
  return SpecAnswer{};
}

/// As a retrain leaves it that was killed between keeping and entering.
Result<SpecAnswer> leftover(SpecCommand&, SpecState& state) {
  const fs::path bundles = clinic_of(state).folder / "store" / "bundles";
  const auto kept = TRY(list_bundles(bundles, clinic_of(state).disease.id));
  fs::copy(bundles / kept.front(), bundles / sha256("leftover"));
  return SpecAnswer{};
}

Result<SpecAnswer> ledger(SpecCommand&, SpecState& state) {
  Clinic& clinic = clinic_of(state);
  const auto store = TRY(clinic.open());
  SpecAnswer answer;
  for (const LedgerEntry& entry : TRY(store->ledger())) {
    answer.emplace_back(
        entry.action, fmt::format("{} {}>{} {}", entry.subject, entry.from, entry.to, entry.actor));
  }
  const auto holds = store->verify_ledger();
  answer.emplace_back("holds", holds.ok() ? "yes" : holds.error().message);
  return answer;
}

}  // namespace

void register_retrain_commands(SpecRunner& runner) {
  runner.add_command(kEnding, "disease", load);
  runner.add_command(kEnding, "baseline", baseline);
  runner.add_command(kEnding, "people", people_kind);
  runner.add_command(kEnding, "today", today);
  runner.add_command(kEnding, "visits", visits);
  runner.add_command(kEnding, "withdraw", withdraw);
  runner.add_command(kEnding, "release", release);
  runner.add_command(kEnding, "retrain", retrain_command);
  runner.add_command(kEnding, "user", user);
  for (const char* const word : {"approve", "reject", "force", "rollback"}) {
    runner.add_command(kEnding, word, decide_command);
  }
  runner.add_command(kEnding, "alter", alter);
  runner.add_command(kEnding, "leftover", leftover);
  runner.add_command(kEnding, "ledger", ledger);
}

}  // namespace relearn
