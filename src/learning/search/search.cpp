#include "learning/search/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <mutex>
#include <numeric>

#include "base/parallel.h"
#include "base/random.h"
#include "learning/models/catalog.h"
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
  std::vector<const Learner*> learners;
  for (const Learner* learner : learner_catalog()) {
    const auto& names = options.families;
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
  std::vector<FamilyChoice> contenders;  // families that could be fitted, then the average
  std::vector<Member> members;           // of the contenders but the average
  std::size_t chosen = 0;
};

TaskState start_task(TaskPlan plan, std::span<const Learner* const> learners, Grid grid) {
  TaskState task;
  task.plan = std::move(plan);
  for (const Learner* learner : learners) {
    FamilyScores family{learner, learner->grid(grid), {}, ""};
    family.scores.assign(family.grid.size(), std::vector<double>(task.plan.predicted.rows.size()));
    task.families.push_back(std::move(family));
  }
  return task;
}

/// Scores every (task, family, inner fold) in parallel; what a family cannot do is kept as a
/// reason.
Result<void> score_tasks(const Cohort& cohort, std::vector<TaskState>& tasks, unsigned threads,
                         const CancelToken& cancel, ProgressSink& progress, const char* step) {
  struct Piece {
    std::size_t task, family, fold, first_row;
  };
  std::vector<Piece> pieces;
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    std::size_t first_row = 0;
    for (std::size_t k = 0; k < tasks[t].plan.folds.size(); ++k) {
      // The catalogue's last families are the slowest: start them first.
      for (std::size_t f = tasks[t].families.size(); f-- > 0;) {
        pieces.push_back({t, f, k, first_row});
      }
      first_row += tasks[t].plan.folds[k].test.size();
    }
  }
  PieceCounter counter(progress, step, pieces.size());
  std::vector<std::string> reasons(pieces.size());
  TRY(parallel_for(pieces.size(), threads, cancel, [&](std::size_t i) -> Result<void> {
    const Piece& piece = pieces[i];
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
  return {};
}

Result<void> choose(TaskState& task) {
  for (const FamilyScores& family : task.families) {
    if (family.left_out_because.empty()) {
      task.contenders.push_back(choose_candidate(task.plan, family));
    } else {
      task.left_out.push_back({std::string(family.learner->family()),
                               "",
                               family.grid.size(),
                               {},
                               CalibrationMethod::None,
                               family.left_out_because});
    }
  }
  if (task.contenders.empty()) {
    return not_ready(fmt::format("no family can learn from these people: {}",
                                 task.left_out.front().left_out_because));
  }
  if (task.contenders.size() > 1) {
    task.contenders.push_back(choose_average(task.plan, task.contenders));
  }
  task.chosen = choose_contender(task.contenders);
  return {};
}

/// Fits the contenders' models of all tasks in parallel.
Result<void> fit_tasks(const Cohort& cohort, std::vector<TaskState>& tasks, unsigned threads,
                       const CancelToken& cancel, ProgressSink& progress, const char* step) {
  std::vector<std::pair<std::size_t, std::size_t>> pieces;
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    std::size_t count = 0;
    while (count < tasks[t].contenders.size() && tasks[t].contenders[count].learner != nullptr) {
      ++count;
    }
    tasks[t].members.resize(count);
    for (std::size_t f = count; f-- > 0;) pieces.emplace_back(t, f);
  }
  PieceCounter counter(progress, step, pieces.size());
  return parallel_for(pieces.size(), threads, cancel, [&](std::size_t i) -> Result<void> {
    TaskState& task = tasks[pieces[i].first];
    const FamilyChoice& choice = task.contenders[pieces[i].second];
    task.members[pieces[i].second] = TRY(fit_member(cohort, task.plan, choice, cancel));
    counter.finish(fmt::format("{}, {}", choice.outcome.family, choice.outcome.candidate));
    return {};
  });
}

/// The risk model of one contender of a finished task.
RiskModel contender_model(const Cohort& cohort, const TaskState& task, std::size_t contender) {
  const FamilyChoice& choice = task.contenders[contender];
  if (choice.learner == nullptr) {
    return make_risk_model(cohort, task.plan, task.members, choice.calibration.calibration);
  }
  return make_risk_model(cohort, task.plan, {task.members[contender]}, Calibration{});
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

/// Writes one contender's risks on the people of one outer fold.
void predict(const Cohort& cohort, const RiskModel& model, std::span<const std::uint32_t> rows,
             std::vector<double>& risks) {
  std::vector<float> raw(cohort.columns.size());
  for (const std::uint32_t row : rows) {
    for (std::size_t j = 0; j < raw.size(); ++j) raw[j] = cohort.column(j)[row];
    risks[row] = model.risk(raw);
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

Result<SearchResult> search(const Cohort& cohort, const SearchOptions& options,
                            const CancelToken& cancel, ProgressSink& progress) {
  const auto learners = TRY(chosen_learners(options));
  std::vector<TaskState> tasks;
  tasks.push_back(start_task(TRY(plan_task(cohort, all_rows(cohort), options.inner_folds,
                                           derive_seed(options.seed, "published model"))),
                             learners, options.grid));
  TRY(score_tasks(cohort, tasks, options.threads, cancel, progress, "search"));
  TRY(choose(tasks[0]));
  TRY(fit_tasks(cohort, tasks, options.threads, cancel, progress, "fit"));

  const TaskState& task = tasks[0];
  SearchResult result;
  result.model = contender_model(cohort, task, task.chosen);
  result.family = task.contenders[task.chosen].outcome.family;
  for (const FamilyChoice& contender : task.contenders)
    result.families.push_back(contender.outcome);
  result.families.insert(result.families.end(), task.left_out.begin(), task.left_out.end());
  return result;
}

Result<NestedRisks> nested_risks(const Cohort& cohort, const SearchOptions& options,
                                 const CancelToken& cancel, ProgressSink& progress) {
  const auto learners = TRY(chosen_learners(options));
  std::vector<TaskState> tasks;
  std::vector<std::pair<unsigned, std::vector<std::uint32_t>>> judged;  // repeat, test rows
  for (unsigned repeat = 0; repeat < options.repeats; ++repeat) {
    for (Fold& fold : TRY(outer_folds(cohort, options, repeat))) {
      const std::uint64_t seed = derive_seed(options.seed, "outer task", tasks.size());
      tasks.push_back(
          start_task(TRY(plan_task(cohort, std::move(fold.train), options.inner_folds, seed)),
                     learners, options.grid));
      judged.emplace_back(repeat, std::move(fold.test));
    }
  }
  TRY(score_tasks(cohort, tasks, options.threads, cancel, progress, "evaluate"));
  for (TaskState& task : tasks) TRY(choose(task));
  TRY(fit_tasks(cohort, tasks, options.threads, cancel, progress, "refit"));

  NestedRisks nested;
  contender_named(nested, kSelected, options.repeats, cohort.rows());
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    const auto& [repeat, rows] = judged[t];
    for (std::size_t c = 0; c < tasks[t].contenders.size(); ++c) {
      const RiskModel model = contender_model(cohort, tasks[t], c);
      const std::string& family = tasks[t].contenders[c].outcome.family;
      auto& contender = contender_named(nested, family, options.repeats, cohort.rows());
      predict(cohort, model, rows, contender.risks[repeat]);
      if (c == tasks[t].chosen) predict(cohort, model, rows, nested.contenders[0].risks[repeat]);
    }
    nested.chosen.push_back(tasks[t].contenders[tasks[t].chosen].outcome.family);
  }
  return nested;
}

}  // namespace relearn
