#include "learning/search/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <mutex>
#include <numeric>

#include "base/parallel.h"
#include "base/random.h"
#include "learning/models/catalog.h"
#include "learning/models/risk_scorer.h"
#include "learning/search/task.h"

namespace relearn {
namespace {

/// Counts finished pieces for a progress sink; any thread.
class PieceCounter {
 public:
  PieceCounter(ProgressSink& sink, std::string step, std::size_t total)
      : sink_(sink), event_{std::move(step), "", 0, total} {}

  void finish(std::string detail) {
    const std::lock_guard lock(mutex_);
    ++event_.done;
    event_.detail = std::move(detail);
    sink_.report(event_);
  }

 private:
  ProgressSink& sink_;
  std::mutex mutex_;
  ProgressEvent event_;  // guarded by mutex_
};

Result<std::vector<const Learner*>> chosen_learners(const SearchOptions& options) {
  const bool was_stopped = options.stop != nullptr && !options.stop->families.empty();
  const auto& names = was_stopped ? options.stop->families : options.families;
  std::vector<const Learner*> learners;
  if (!options.recipe.empty()) {
    for (const RecipeStep& step : options.recipe) {
      learners.push_back(TRY(recipe_learner(step)));
    }
    return learners;
  }
  for (const Learner* learner : learner_catalog()) {
    if (names.empty() || std::ranges::find(names, learner->family()) != names.end()) {
      learners.push_back(learner);
    }
  }
  for (const std::string& name : options.families) {
    if (find_learner(name) == nullptr) {
      std::string known;
      for (const Learner* learner : learner_catalog()) {
        known += fmt::format("{}{}", known.empty() ? "" : ", ", learner->family());
      }
      return invalid_input(fmt::format("family '{}' is not known; known are {}", name, known));
    }
  }
  return learners;
}

/// Everything one task has found out.
struct TaskState {
  TaskPlan plan;
  std::vector<FamilyScores> families;
  std::vector<FamilyOutcome> left_out;
  std::vector<FamilyChoice> choices;  // of the families that could be fitted
  std::vector<Member> members;        // their models
  FamilyChoice average;               // of them, when there is more than one
};

TaskState start_task(TaskPlan plan, std::span<const Learner* const> learners,
                     const SearchOptions& options) {
  TaskState task;
  task.plan = std::move(plan);
  for (std::size_t f = 0; f < learners.size(); ++f) {
    FamilyScores family{learners[f], {}, {}, ""};
    family.grid = options.recipe.empty() ? learners[f]->grid(options.grid)
                                         : std::vector{options.recipe[f].candidate};
    family.scores.assign(family.grid.size(), std::vector<double>(task.plan.predicted.rows.size()));
    task.families.push_back(std::move(family));
  }
  return task;
}

/// One family on one inner fold of one task.
struct Piece {
  std::size_t task, family, fold, first_row;
};

/// Family by family: whoever is asked to stop has seen the first ones whole.
std::vector<Piece> pieces_of(const std::vector<TaskState>& tasks) {
  std::vector<Piece> pieces;
  for (std::size_t f = 0; f < tasks.front().families.size(); ++f) {
    for (std::size_t t = 0; t < tasks.size(); ++t) {
      std::size_t first_row = 0;
      for (std::size_t k = 0; k < tasks[t].plan.folds.size(); ++k) {
        pieces.push_back({t, f, k, first_row});
        first_row += tasks[t].plan.folds[k].test.size();
      }
    }
  }
  return pieces;
}

/// Whether a piece is not begun any more: of a search that may be stopped, never of the first
/// family.
bool is_skipped(const Piece& piece, const SearchOptions& options) {
  const SearchStop* const stop = options.stop;
  return stop != nullptr && options.recipe.empty() && stop->families.empty() && piece.family > 0 &&
         stop->asked.requested();
}

/// Families with a skipped piece are not looked at any further; the others are what the search is
/// about from now on.
void keep_whole_families(std::span<const Piece> pieces, std::span<const char> skipped,
                         std::vector<TaskState>& tasks, SearchStop* stop) {
  if (std::ranges::count(skipped, 0) == std::ssize(skipped)) return;
  std::vector<char> is_whole(tasks.front().families.size(), 1);
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (skipped[i] != 0) is_whole[pieces[i].family] = 0;
  }
  for (std::size_t f = 0; f < is_whole.size(); ++f) {
    if (is_whole[f] != 0) {
      stop->families.emplace_back(tasks.front().families[f].learner->family());
      continue;
    }
    for (TaskState& task : tasks) {
      task.families[f].left_out_because = "the search was stopped before it had seen this family";
    }
  }
}

/// Scores every (task, family, inner fold) in parallel; what a family cannot do is kept as a
/// reason.
Result<void> score_tasks(const Cohort& cohort, std::vector<TaskState>& tasks,
                         const SearchOptions& options, const CancelToken& cancel,
                         ProgressSink& progress, const char* step) {
  const std::vector<Piece> pieces = pieces_of(tasks);
  PieceCounter counter(progress, step, pieces.size());
  std::vector<std::string> reasons(pieces.size());
  std::vector<char> skipped(pieces.size(), 0);
  TRY(parallel_for(pieces.size(), options.threads, cancel, [&](std::size_t i) -> Result<void> {
    const Piece& piece = pieces[i];
    if (is_skipped(piece, options)) {
      skipped[i] = 1;
      return {};
    }
    TaskState& task = tasks[piece.task];
    FamilyScores& family = task.families[piece.family];
    auto scores = score_fold(cohort, task.plan, family, piece.fold, cancel);
    if (!scores.ok() && scores.error().kind != ErrorKind::NotReady) return scores.take_error();
    if (scores.ok()) {
      const std::size_t width = task.plan.folds[piece.fold].test.size();
      for (std::size_t c = 0; c < family.grid.size(); ++c) {
        std::copy_n(scores.value().begin() + static_cast<std::ptrdiff_t>(c * width), width,
                    family.scores[c].begin() + static_cast<std::ptrdiff_t>(piece.first_row));
      }
    } else {
      reasons[i] = scores.error().message;
    }
    counter.finish(fmt::format("{}, {} candidates, fold {} of {}", family.learner->family(),
                               family.grid.size(), piece.fold + 1, task.plan.folds.size()));
    return {};
  }));
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    FamilyScores& family = tasks[pieces[i].task].families[pieces[i].family];
    if (family.left_out_because.empty()) family.left_out_because = reasons[i];
  }
  keep_whole_families(pieces, skipped, tasks, options.stop);
  return {};
}

Result<void> choose(TaskState& task) {
  for (const FamilyScores& family : task.families) {
    if (family.left_out_because.empty()) {
      task.choices.push_back(choose_candidate(task.plan, family));
    } else {
      task.left_out.push_back({std::string(family.learner->family()),
                               "",
                               family.grid.size(),
                               {},
                               CalibrationMethod::None,
                               family.left_out_because});
    }
  }
  if (task.choices.empty()) {
    return not_ready(fmt::format("no family can learn from these people: {}",
                                 task.left_out.front().left_out_because));
  }
  if (task.choices.size() > 1) task.average = choose_average(task.plan, task.choices);
  return {};
}

/// Fits the families' models of all tasks in parallel.
Result<void> fit_tasks(const Cohort& cohort, std::vector<TaskState>& tasks, unsigned threads,
                       const CancelToken& cancel, ProgressSink& progress, const char* step) {
  std::vector<std::pair<std::size_t, std::size_t>> pieces;
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    tasks[t].members.resize(tasks[t].choices.size());
    for (std::size_t f = tasks[t].choices.size(); f-- > 0;) pieces.emplace_back(t, f);
  }
  PieceCounter counter(progress, step, pieces.size());
  return parallel_for(pieces.size(), threads, cancel, [&](std::size_t i) -> Result<void> {
    TaskState& task = tasks[pieces[i].first];
    const FamilyChoice& choice = task.choices[pieces[i].second];
    task.members[pieces[i].second] = TRY(fit_member(cohort, task.plan, choice, cancel));
    counter.finish(fmt::format("{}, {}", choice.outcome.family, choice.outcome.candidate));
    return {};
  });
}

/// What a finished task publishes: the average, or its only family.
RiskModel published_model(const Cohort& cohort, const TaskState& task) {
  return make_risk_model(cohort, task.plan, task.members, task.average.calibration.calibration);
}

std::vector<std::uint32_t> all_rows(const Cohort& cohort) {
  std::vector<std::uint32_t> rows(cohort.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
}

/// Outer folds of one repeat, each as a task on its training part.
Result<std::vector<Fold>> outer_folds(const Cohort& cohort, const SearchOptions& options,
                                      unsigned repeat) {
  constexpr unsigned kHoldOutOneIn = 5;
  const unsigned count = options.outer_folds == 1 ? kHoldOutOneIn : options.outer_folds;
  auto folds = TRY(person_folds(cohort, all_rows(cohort), count,
                                derive_seed(options.seed, "outer folds", repeat)));
  if (options.outer_folds == 1) folds.resize(1);
  return folds;
}

/// The people judged by one outer fold.
struct OuterTest {
  unsigned repeat = 0;
  std::vector<std::uint32_t> rows;  // of the judged cohort
};

/// Rows of `judged` that belong to the persons of the given rows of `cohort`.
std::vector<std::uint32_t> rows_of_persons(const Cohort& cohort,
                                           std::span<const std::uint32_t> rows,
                                           const Cohort& judged) {
  const std::size_t persons = 1 + std::size_t{std::ranges::max(cohort.persons)};
  std::vector<char> is_judged(persons, 0);
  for (const std::uint32_t row : rows) is_judged[cohort.persons[row]] = 1;
  std::vector<std::uint32_t> found;
  for (std::uint32_t row = 0; row < judged.rows(); ++row) {
    if (judged.persons[row] < persons && is_judged[judged.persons[row]]) found.push_back(row);
  }
  return found;
}

/// Writes one contender's risks on the people of one outer fold.
void predict(const Cohort& judged, const RiskModel& model, const OuterTest& test,
             NestedRisks::Contender& contender) {
  const RiskScorer scorer(model);
  std::vector<float> raw(judged.columns.size());
  for (const std::uint32_t row : test.rows) {
    for (std::size_t j = 0; j < raw.size(); ++j) raw[j] = judged.column(j)[row];
    contender.risks[test.repeat][row] = scorer.risk(raw);
  }
}

NestedRisks::Contender& contender_named(NestedRisks& nested, std::string_view family,
                                        unsigned repeats, std::size_t rows) {
  for (auto& contender : nested.contenders) {
    if (contender.family == family) return contender;
  }
  const double nothing = std::numeric_limits<double>::quiet_NaN();
  nested.contenders.push_back(
      {std::string(family),
       std::vector<std::vector<double>>(repeats, std::vector<double>(rows, nothing))});
  return nested.contenders.back();
}

}  // namespace

SearchOptions for_size(SearchOptions options, std::size_t rows) {
  if (rows > kFoldRowsMax) {
    options.outer_folds = options.inner_folds = options.repeats = 1;
  }
  return options;
}

SearchOptions as_searched(SearchOptions options) {
  if (options.stop != nullptr && !options.stop->families.empty()) {
    options.families = options.stop->families;
  }
  options.stop = nullptr;
  return options;
}

Result<SearchResult> search(const Cohort& cohort, const SearchOptions& options,
                            const CancelToken& cancel, ProgressSink& progress) {
  const auto learners = TRY(chosen_learners(options));
  std::vector<TaskState> tasks;
  tasks.push_back(start_task(TRY(plan_task(cohort, all_rows(cohort), options.inner_folds,
                                           derive_seed(options.seed, "published model"))),
                             learners, options));
  TRY(score_tasks(cohort, tasks, options, cancel, progress, "search"));
  TRY(choose(tasks[0]));
  TRY(fit_tasks(cohort, tasks, options.threads, cancel, progress, "fit"));

  const TaskState& task = tasks[0];
  SearchResult result;
  result.model = published_model(cohort, task);
  for (const FamilyChoice& choice : task.choices) {
    result.families.push_back(choice.outcome);
    result.recipe.push_back({choice.outcome.family, choice.candidate});
  }
  if (task.choices.size() > 1) result.families.push_back(task.average.outcome);
  result.families.insert(result.families.end(), task.left_out.begin(), task.left_out.end());
  return result;
}

Result<NestedRisks> nested_risks(const Cohort& cohort, const Cohort& judged,
                                 const SearchOptions& options, const CancelToken& cancel,
                                 ProgressSink& progress) {
  const auto learners = TRY(chosen_learners(options));
  std::vector<TaskState> tasks;
  std::vector<OuterTest> tests;
  for (unsigned repeat = 0; repeat < options.repeats; ++repeat) {
    for (Fold& fold : TRY(outer_folds(cohort, options, repeat))) {
      const std::uint64_t seed = derive_seed(options.seed, "outer task", tasks.size());
      tests.push_back({repeat, rows_of_persons(cohort, fold.test, judged)});
      tasks.push_back(
          start_task(TRY(plan_task(cohort, std::move(fold.train), options.inner_folds, seed)),
                     learners, options));
    }
  }
  TRY(score_tasks(cohort, tasks, options, cancel, progress, "evaluate"));
  for (TaskState& task : tasks) TRY(choose(task));
  TRY(fit_tasks(cohort, tasks, options.threads, cancel, progress, "refit"));

  NestedRisks nested;
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    const TaskState& task = tasks[t];
    predict(judged, published_model(cohort, task), tests[t],
            contender_named(nested, kPublished, options.repeats, judged.rows()));
    for (std::size_t f = 0; f < task.choices.size(); ++f) {
      predict(
          judged, make_risk_model(cohort, task.plan, {task.members[f]}, Calibration{}), tests[t],
          contender_named(nested, task.choices[f].outcome.family, options.repeats, judged.rows()));
    }
  }
  return nested;
}

}  // namespace relearn
