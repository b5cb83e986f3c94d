// What the commands of *.ladder files mean.
//
//   climb people=N runs=R         a table: change -> how often each rung is chosen (shares of R
//                                 samples of N new people), and the true log loss of the live model
//                                 and of what was chosen
//   closed_test people=N runs=R   the same for the closed testing procedure alone
//
// The worlds are those of tests/support/changed_world.h: eight standard normal predictors; the live
// model is what was true before.
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "base/random.h"
#include "base/text.h"
#include "learning/evaluation/comparison.h"
#include "learning/ladder/ladder.h"
#include "learning/models/risk_scorer.h"
#include "support/changed_world.h"
#include "support/spec_runner.h"

namespace relearn {
namespace {

constexpr std::array kUpdates = {Rung::Keep, Rung::Intercept, Rung::Slope, Rung::RefitWithPrior};
constexpr std::uint32_t kJudges = 20'000;  // people who stand for the truth

Result<unsigned> number(SpecCommand& command, std::string_view key) {
  const auto value = parse_number(command.argument(key).value_or(""));
  if (!value || !(*value >= 1)) return invalid_input(fmt::format("{}= must be a number", key));
  return static_cast<unsigned>(*value);
}

double true_loss(const RiskModel& model, const Cohort& judges) {
  double sum = 0;
  const std::vector<double> log_odds = log_odds_of(model, judges);
  for (std::size_t i = 0; i < judges.rows(); ++i) {
    sum += compared_loss(logistic(log_odds[i]), judges.outcomes[i]);
  }
  return sum / static_cast<double>(judges.rows());
}

struct Tally {
  std::array<unsigned, 4> chosen{};
  unsigned runs = 0;

  std::string share(Rung rung) const {
    return fmt::format("{:.2f}",
                       static_cast<double>(chosen[static_cast<std::size_t>(rung)]) / runs);
  }
};

SpecAnswer shares(const Tally& tally) {
  return {{"keep", tally.share(Rung::Keep)},
          {"intercept", tally.share(Rung::Intercept)},
          {"slope", tally.share(Rung::Slope)},
          {"refit", tally.share(Rung::RefitWithPrior)}};
}

Result<SpecAnswer> climb_often(SpecCommand& command, SpecRow& row, SpecState&) {
  const World world = changed_world(row.cell("change"));
  const unsigned people = TRY(number(command, "people"));
  Tally tally{.runs = TRY(number(command, "runs"))};
  const RiskModel champion = model_of({});
  const Cohort judges = people_of(world, kJudges, 1);
  double loss = 0;
  for (unsigned run = 0; run < tally.runs; ++run) {
    const Cohort fresh = people_of(world, people, derive_seed(2, "new people", run));
    const LadderResult result = TRY(climb({.champion = champion,
                                           .people = fresh,
                                           .learnt_before = 600,
                                           .allowed = kUpdates,
                                           .seed = run}));
    ++tally.chosen[static_cast<std::size_t>(result.chosen)];
    const ChampionUpdate update = TRY(update_of(result.chosen, champion, fresh, result.penalty));
    loss += true_loss(update.model, judges) / tally.runs;
  }
  SpecAnswer answer = shares(tally);
  answer.emplace_back("live", fmt::format("{:.3f}", true_loss(champion, judges)));
  answer.emplace_back("chosen", fmt::format("{:.3f}", loss));
  return answer;
}

Result<SpecAnswer> closed_often(SpecCommand& command, SpecRow& row, SpecState&) {
  const World world = changed_world(row.cell("change"));
  const unsigned people = TRY(number(command, "people"));
  Tally tally{.runs = TRY(number(command, "runs"))};
  const RiskModel champion = model_of({});
  for (unsigned run = 0; run < tally.runs; ++run) {
    const Cohort fresh = people_of(world, people, derive_seed(2, "new people", run));
    const ClosedTest test = TRY(closed_test(champion, fresh));
    ++tally.chosen[static_cast<std::size_t>(test.choice)];
  }
  return shares(tally);
}

}  // namespace

void register_ladder_commands(SpecRunner& runner) {
  runner.add_table("ladder", "climb", climb_often);
  runner.add_table("ladder", "closed_test", closed_often);
}

}  // namespace relearn
