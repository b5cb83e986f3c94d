#include "lifecycle/retrain/retrain_from_store.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/digest.h"
#include "base/file.h"
#include "clinical/synthetic_mark.h"
#include "lifecycle/dossier/dossier.h"
#include "lifecycle/gate/verdict_json.h"
#include "lifecycle/registry/bundle_folder.h"
#include "lifecycle/registry/placement.h"
#include "lifecycle/replay/fresh_process.h"
#include "lifecycle/retrain/new_bundle.h"
#include "lifecycle/retrain/question.h"
#include "lifecycle/retrain/registry_state.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kBaselineBytesMax = std::uint64_t{8} << 30;
constexpr std::uint64_t kDiseaseBytesMax = 1 << 20;
constexpr std::uint64_t kProgramBytesMax = std::uint64_t{1} << 30;
constexpr std::string_view kLockedSetFact = "locked_set";

struct BaselineFacts {
  std::string digest;  // one for all files, in their order; empty: there are none
  PeopleKind people = PeopleKind::Invented;  // without files they are
};

/// The trainer refuses to mix the two kinds.
Result<BaselineFacts> baseline_facts(const std::vector<fs::path>& files) {
  std::string digests;
  BaselineFacts facts;
  for (const fs::path& file : files) {
    const std::string bytes = TRY(read_file(file, kBaselineBytesMax));
    if (!is_marked_synthetic(bytes)) facts.people = PeopleKind::Real;
    digests += sha256(bytes);
  }
  if (!digests.empty()) facts.digest = sha256(digests);
  return facts;
}

enum class LearnFrom { Baseline, BaselineAndRecords };
using Then = RunOfAttempt::Then;

/// One attempt; the steps in the order in which they are called.
class AttemptRun {
 public:
  AttemptRun(const StoreRetrainRequest& request, const OpenRetrainStores& open,
             const fs::path& program, const WallClock& clock, const CancelToken& cancel,
             ProgressSink& progress)
      : request_(request),
        training_(request.training),
        open_(open),
        program_(program),
        clock_(clock),
        cancel_(cancel),
        progress_(progress) {}

  /// `published`: what comes after it if it goes live; a job's run ends otherwise.
  Result<AttemptRecord> run(LearnFrom what, Then published) {
    then_ = published;
    const Moment cut_off = clock_();
    TRY(read(what, cut_off));
    TRY(train(cut_off));
    record_.verdict =
        decide(disease().plan, *candidate().evidence, question_.champion, question_.context);
    NewBundle bundle = TRY(NewBundle::begin(registry_.store / "bundles"));
    TRY(keep(bundle, clock_()));
    TRY(enter(bundle));
    return std::move(record_);
  }

 private:
  const DiseaseFile& disease() const { return training_.disease; }
  Placement placement() const { return {disease(), training_.out, program_}; }
  const CheckedBundle& candidate() const { return challenger_->checked; }

  Result<void> read(LearnFrom what, Moment now) {
    progress_.report({"records", "read, checked, de-identified", 0, 0});
    const RetrainStores stores = TRY(open_());
    TRY(place_live(stores.registry()));
    if (what == LearnFrom::BaselineAndRecords) {
      const RegistryState before =
          TRY(read_registry(disease().id, stores.registry(), *stores.records));
      const CohortRequest asked{disease(),
                                training_.files,
                                training_.adapter,
                                now,
                                stores.folder / "snapshots",
                                generation_due(disease(), before, now)};
      record_.prepared =
          TRY(prepare_cohort(asked, *stores.records, *stores.versions, stores.keyed, cancel_));
      training_.cohort_file = record_.prepared.cohort_file;
      training_.funnel_json = funnel_json(record_.prepared);
      training_.privacy_json = privacy_report_json(record_.prepared.privacy);
    }
    registry_ = TRY(read_registry(disease().id, stores.registry(), *stores.records));
    baseline_ = TRY(baseline_facts(training_.files));
    return {};
  }

  PeopleKind people_learnt_from() const {
    return training_.cohort_file.empty() ? baseline_.people : record_.prepared.people;
  }

  Result<void> place_live(const Registry& registry) const {
    const RegistryLock held = TRY(RegistryLock::take(registry));
    return place_live_version(placement(), registry, held);
  }

  /// A candidate that turned out to have other locked people than the live version has learnt
  /// nothing, and was measured on the wrong people: it is made again, compared with nobody.
  Result<void> train(Moment now) {
    for (Comparison comparison = possible_comparison();; comparison = Comparison::OtherBaseline) {
      question_ = question_of(disease(), registry_, comparison, request_.trigger, now);
      training_.judgement = question_.judgement;
      ChildProgram trainer = trainer_program(program_);
      trainer.nudge = request_.keep_best;
      challenger_ = TRY(train_challenger(training_, trainer, cancel_, progress_));
      const bool compared = question_.judgement.champion.given();
      if (!compared || locked_set() == question_.locked_set) return {};
    }
  }

  Comparison possible_comparison() const {
    if (!registry_.live) return Comparison::WithLive;
    const auto live = load_kept_model(registry_.store, registry_.live->what);
    if (!live.ok()) return Comparison::WithLive;  // the trainer will say what is wrong with it
    const bool live_is_invented = fact_of(live.value().facts, kDataFact) == kSyntheticData;
    if (live_is_invented && people_learnt_from() == PeopleKind::Real)
      return Comparison::LiveIsInvented;
    const bool same_inputs = live.value().model.inputs == input_columns(disease());
    return same_inputs ? Comparison::WithLive : Comparison::OtherBaseline;
  }

  std::string locked_set() const { return std::string(fact_of(candidate().facts, kLockedSetFact)); }

  /// The very bytes that may go live are replayed where they will stay.
  Result<void> keep(NewBundle& kept, Moment now) {
    const Bundle& bundle = candidate().bundle;
    TRY(kept.add(kBundledModel, bundle.model));
    TRY(kept.add(kBundledGolden, bundle.golden));
    progress_.report({"replay", "the model's file in a fresh process", 0, 0});
    const ReplayCertificate replayed = TRY(replay_in_fresh_process(
        replay_program(program_), kept.folder(), candidate().model_digest, cancel_));
    TRY(kept.add(kBundledParity, certificate_json(replayed)));
    TRY(kept.add(kBundledEvidence, bundle.evidence));
    TRY(kept.add(kBundledVerdict, verdict_json(record_.verdict)));
    TRY(kept.add(kBundledPage, bundle.page));
    TRY(kept.add(kBundledReport, bundle.report));
    TRY(kept.add(kBundledReference, bundle.reference));
    TRY(kept.add(kBundledDerivation, challenger_->derivation));
    const std::string disease_file = TRY(disease_text());
    TRY(kept.add(bundled_disease_file(disease().id), disease_file));
    if (!training_.funnel_json.empty()) TRY(kept.add(kBundledFunnel, training_.funnel_json));
    if (!training_.privacy_json.empty()) TRY(kept.add(kBundledPrivacy, training_.privacy_json));
    const auto pages = TRY(dossier(now));
    TRY(check_card(pages.at("card.json")));
    for (const auto& [name, bytes] : pages) TRY(kept.add(name, bytes));
    return {};
  }

  /// Nothing is kept, and so nothing published, without a complete model card.
  static Result<void> check_card(const std::string& card) {
    const std::vector<std::string> missing = TRY(missing_attributes(card));
    if (missing.empty()) return {};
    return broken_invariant(fmt::format(
        "the model card says nothing about {}; nothing was published", fmt::join(missing, ", ")));
  }

  /// As it was read; the trainer has read the same.
  Result<std::string> disease_text() const {
    std::string text = TRY(read_file(disease().path, kDiseaseBytesMax));
    if (sha256(text) == disease().digest) return text;
    return conflict(fmt::format("{}: was changed during the retrain; start it again",
                                disease().path.filename().string()));
  }

  Result<std::map<std::string, std::string>> dossier(Moment now) const {
    const Organisation organisation = TRY(load_organisation(request_.organisation));
    const std::string program = TRY(read_file(program_, kProgramBytesMax));
    DossierFacts facts{.disease = disease(),
                       .verdict = record_.verdict,
                       .evidence = *candidate().evidence,
                       .organisation = organisation,
                       .report_json = candidate().bundle.report,
                       .funnel_json = training_.funnel_json,
                       .privacy_json = training_.privacy_json,
                       .at = now,
                       .trigger = question_.context.trigger,
                       .reason = request_.reason,
                       .started_by = actor_text(request_.by),
                       .approvals = approvals_needed(attempt_of("")),
                       .code_version = training_.code_version,
                       .program_digest = sha256(program),
                       .snapshot_digest = record_.prepared.snapshot,
                       .baseline_digest = baseline_.digest,
                       .locked_digest = locked_set(),
                       .seed = training_.search.seed,
                       .anchor = question_.anchor};
    for (auto attempt = registry_.attempts.rbegin(); attempt != registry_.attempts.rend();
         ++attempt) {
      facts.earlier.push_back({attempt->at, attempt->what.verdict, attempt->version});
    }
    return make_dossier(facts);
  }

  /// From the bundle's name until the attempt is entered nobody else clears away: a bundle that no
  /// attempt names is a leftover to them.
  Result<void> enter(NewBundle& kept) {
    const RetrainStores stores = TRY(open_());
    if (cancel_.requested()) return cancelled();
    const RegistryLock held = TRY(RegistryLock::take(stores.registry()));
    const std::string bundle = TRY(kept.finish());
    auto entered = stores.versions->add_attempt(attempt_of(bundle), clock_());
    TRY(settle(placement(), stores.registry(), held));
    if (!entered.ok()) return entered.take_error();
    record_.outcome = entered.take_value();
    record_.bundle = stores.folder / "bundles" / bundle;
    record_.trained = trained();
    return {};
  }

  NewAttempt attempt_of(const std::string& bundle) const {
    const Verdict& verdict = record_.verdict;
    std::optional<RunOfAttempt> run;
    if (request_.run) {
      run = {verdict.kind == VerdictKind::Publish ? then_ : Then::Ends, *request_.run};
    }
    return {.disease = disease().id,
            .model_digest = candidate().model_digest,
            .snapshot = record_.prepared.snapshot,
            .baseline_digest = baseline_.digest,
            .reason = request_.reason,
            .started_by = request_.by,
            .bundle = bundle,
            .verdict = std::string(word_of(verdict.kind)),
            .champion = verdict.champion,
            .locked_set = locked_set(),
            .look = verdict.look,
            .approvals = verdict.approvals_needed,
            .one_person_may_do_both = disease().plan.one_person_may_do_both,
            .run = run};
  }

  RetrainRecord trained() const {
    const CheckedBundle& checked = candidate();
    RetrainRecord record;
    record.model_file = record_.outcome.version ? training_.out / disease().model_file_name
                                                : record_.bundle / kBundledModel;
    record.report_html = record_.bundle / kBundledPage;
    record.report_json = record_.bundle / kBundledReport;
    record.facts = checked.facts;
    record.model_digest = checked.model_digest;
    record.report = checked.bundle.report;
    record.summary = checked.bundle.summary;
    record.set_aside = checked.bundle.set_aside;
    record.trainer = challenger_->trainer;
    return record;
  }

  const StoreRetrainRequest& request_;
  RetrainRequest training_;
  const OpenRetrainStores& open_;
  const fs::path& program_;
  const WallClock& clock_;
  const CancelToken& cancel_;
  ProgressSink& progress_;

  Then then_ = Then::Ends;
  RegistryState registry_;                // read -> train, keep
  BaselineFacts baseline_;                // read -> train, keep, enter
  RetrainQuestion question_;              // train -> decide, keep
  std::optional<Challenger> challenger_;  // train -> decide, keep, enter
  AttemptRecord record_;
};

struct Situation {
  bool has_version = false, has_confirmed = false;
};

Result<Situation> look_around(const std::string& disease, const OpenRetrainStores& open) {
  const RetrainStores stores = TRY(open());
  const auto live = TRY(stores.versions->live_version(disease));
  const RecordCounts counts = TRY(stores.records->count_records(disease));
  return Situation{live.has_value(), counts.confirmed > 0};
}

}  // namespace

Result<StoreRetrainRecord> retrain_from_store(const StoreRetrainRequest& request,
                                              const OpenRetrainStores& open,
                                              const fs::path& program, const WallClock& clock,
                                              const CancelToken& cancel, ProgressSink& progress) {
  const Situation found = TRY(look_around(request.training.disease.id, open));
  StoreRetrainRecord record;
  if (!found.has_version) {
    AttemptRun first(request, open, program, clock, cancel, progress);
    const Then then = found.has_confirmed ? Then::GoesOn : Then::Ends;
    record.attempts.push_back(TRY(first.run(LearnFrom::Baseline, then)));
    const bool went_live = record.attempts.back().outcome.version.has_value();
    if (!went_live || !found.has_confirmed) return record;
  }
  AttemptRun next(request, open, program, clock, cancel, progress);
  record.attempts.push_back(TRY(next.run(LearnFrom::BaselineAndRecords, Then::Ends)));
  return record;
}

}  // namespace relearn
