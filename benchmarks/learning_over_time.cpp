// Do the models get better from what happens to their patients? On the real data: a small baseline,
// the rest confirmed batch by batch, retrained after each, judged on people held out. Beside it the
// wrong ways: labels that are the model's own predictions, labels flipped at random, one
// contributor of four whose labels are all inverted; the last two with and without the quarantine.
//
// Prints means over replays with 95 % intervals, writes FOLDER/learning_over_time_<disease>.svg.
// The answer it checks: with everything confirmed the log loss is below that of the baseline alone,
// and of learning from one's own predictions.
//
// usage: benchmark_learning_over_time DISEASES_FOLDER DATA_FOLDER OUT_FOLDER [REPLAYS] [DISEASE]
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <numeric>

#include "base/file.h"
#include "base/parallel.h"
#include "base/random.h"
#include "learning/cohort/assemble.h"
#include "learning/cohort/baseline.h"
#include "learning/metrics/auroc.h"
#include "learning/metrics/calibration.h"
#include "learning/metrics/log_loss.h"
#include "learning/models/risk_scorer.h"
#include "learning/search/search.h"
#include "lifecycle/selection/arrival_tests.h"
#include "pages/chart.h"
#include "pages/svg.h"

namespace {

using namespace relearn;  // NOLINT: a program of one file
namespace fs = std::filesystem;

constexpr std::size_t kContributors = 4;

enum class Labels { True, Own, Flipped, OneInverted };
enum class Guard { None, Quarantine };

struct Scenario {
  const char* name;
  Labels labels = Labels::True;
  double share = 0;  // Flipped: of the labels
  Guard guard = Guard::None;
};

constexpr std::array kScenarios = {
    Scenario{"confirmed outcomes"},
    Scenario{"confirmed outcomes, quarantine", Labels::True, 0, Guard::Quarantine},
    Scenario{"the model's own predictions", Labels::Own},
    Scenario{"10 % flipped", Labels::Flipped, 0.1},
    Scenario{"10 % flipped, quarantine", Labels::Flipped, 0.1, Guard::Quarantine},
    Scenario{"20 % flipped", Labels::Flipped, 0.2},
    Scenario{"20 % flipped, quarantine", Labels::Flipped, 0.2, Guard::Quarantine},
    Scenario{"30 % flipped", Labels::Flipped, 0.3},
    Scenario{"30 % flipped, quarantine", Labels::Flipped, 0.3, Guard::Quarantine},
    Scenario{"one of four inverted", Labels::OneInverted},
    Scenario{"one of four inverted, quarantine", Labels::OneInverted, 0, Guard::Quarantine},
};

struct Study {
  const char* disease;
  std::vector<const char*> files;
  std::size_t held_out, baseline, batch;  // people
  unsigned folds;                         // of the search: the small sets have few healthy people
};

struct Figures {
  double auroc = 0, log_loss = 0, slope = 0;
};

/// The rows of a cohort with other outcomes.
Cohort take(const Cohort& all, std::span<const std::uint32_t> rows,
            std::span<const std::uint8_t> outcomes) {
  Cohort part;
  part.disease = all.disease;
  part.columns = all.columns;
  part.source_names = all.source_names;
  for (std::size_t j = 0; j < all.columns.size(); ++j) {
    for (const std::uint32_t row : rows) part.values.push_back(all.column(j)[row]);
  }
  part.outcomes.assign(outcomes.begin(), outcomes.end());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    part.weights.push_back(all.weights[rows[i]]);
    part.persons.push_back(static_cast<std::uint32_t>(i));
    part.sources.push_back(all.sources[rows[i]]);
  }
  part.digest = cohort_digest(part);
  return part;
}

std::vector<double> risks_of(const RiskModel& model, const Cohort& all,
                             std::span<const std::uint32_t> rows) {
  const RiskScorer scorer(model);
  std::vector<double> risks;
  for (const std::uint32_t row : rows) risks.push_back(scorer.risk(all.row(row)));
  return risks;
}

/// A record as the database would give it.
ConfirmedRecord record_of(const Cohort& all, std::uint32_t row, std::uint8_t label, double risk,
                          std::size_t contributor, std::size_t batch) {
  ConfirmedRecord record;
  record.prediction.id = {fmt::format("p-{:06}", row)};
  record.prediction.person = PersonId{row};
  for (std::size_t j = 0; j < all.columns.size(); ++j) {
    const float value = all.column(j)[row];
    if (!std::isnan(value)) record.prediction.inputs.emplace_back(all.columns[j].id, value);
  }
  record.prediction.risk = ServedRisk(risk);
  record.value = label == 1 ? OutcomeValue::Present : OutcomeValue::Absent;
  record.contributor = fmt::format("contributor {}", contributor);
  record.batch = fmt::format("batch {}", batch);
  record.recorded_at = Moment{static_cast<std::int64_t>(batch) * kSecondsPerDay};
  return record;
}

/// One replay of one scenario: figures after the baseline and after each batch.
class Replay {
 public:
  Replay(const DiseaseFile& disease, const Cohort& all, const Study& study, std::uint64_t seed)
      : disease_(disease), all_(all), folds_(study.folds), seed_(seed) {
    std::vector<std::uint32_t> order = dealt();
    const auto cut = [&](std::size_t from, std::size_t to) {
      return std::vector<std::uint32_t>(order.begin() + static_cast<std::ptrdiff_t>(from),
                                        order.begin() + static_cast<std::ptrdiff_t>(to));
    };
    held_out_ = cut(0, study.held_out);
    baseline_ = cut(study.held_out, study.held_out + study.baseline);
    for (std::size_t at = study.held_out + study.baseline; at < order.size(); at += study.batch) {
      batches_.push_back(cut(at, std::min(at + study.batch, order.size())));
    }
  }

  Result<std::vector<Figures>> run(const Scenario& scenario, const CancelToken& cancel) const {
    std::vector<std::uint32_t> rows = baseline_;
    std::vector<std::uint8_t> labels = truth(baseline_);
    std::vector<ConfirmedRecord> records;
    std::vector<Figures> figures;
    for (std::size_t step = 0;; ++step) {
      const RiskModel model = TRY(learn(scenario, rows, labels, records, cancel));
      figures.push_back(TRY(judge(model)));
      if (step == batches_.size()) return figures;
      const auto risks = risks_of(model, all_, batches_[step]);
      const auto told = tell(scenario, step, risks);
      for (std::size_t i = 0; i < told.size(); ++i) {
        records.push_back(
            record_of(all_, batches_[step][i], told[i], risks[i], i % kContributors, step));
      }
      rows.insert(rows.end(), batches_[step].begin(), batches_[step].end());
      labels.insert(labels.end(), told.begin(), told.end());
    }
  }

  std::size_t steps() const { return batches_.size() + 1; }

 private:
  /// Everybody in random order, cases and non-cases spread evenly, so that no part lacks a class.
  std::vector<std::uint32_t> dealt() const {
    Random random(derive_seed(seed_, "order"));
    std::vector<std::pair<double, std::uint32_t>> places;
    for (const int outcome : {0, 1}) {
      std::vector<std::uint32_t> members;
      for (std::uint32_t i = 0; i < all_.rows(); ++i) {
        if (all_.outcomes[i] == outcome) members.push_back(i);
      }
      random.shuffle(std::span(members));
      const double shift = random.uniform();
      for (std::size_t i = 0; i < members.size(); ++i) {
        places.emplace_back((static_cast<double>(i) + shift) / static_cast<double>(members.size()),
                            members[i]);
      }
    }
    std::ranges::sort(places);
    std::vector<std::uint32_t> order;
    for (const auto& [place, row] : places) order.push_back(row);
    return order;
  }

  std::vector<std::uint8_t> truth(std::span<const std::uint32_t> rows) const {
    std::vector<std::uint8_t> outcomes;
    for (const std::uint32_t row : rows) outcomes.push_back(all_.outcomes[row]);
    return outcomes;
  }

  std::vector<std::uint8_t> tell(const Scenario& scenario, std::size_t step,
                                 std::span<const double> risks) const {
    std::vector<std::uint8_t> told = truth(batches_[step]);
    Random random(derive_seed(seed_, "labels", step));
    for (std::size_t i = 0; i < told.size(); ++i) {
      const bool flip =
          random.uniform() < scenario.share;  // drawn always: same flips for both guards
      if (scenario.labels == Labels::Own) told[i] = risks[i] >= 0.5 ? 1 : 0;
      if (scenario.labels == Labels::Flipped && flip) told[i] ^= 1;
      if (scenario.labels == Labels::OneInverted && i % kContributors == 0) told[i] ^= 1;
    }
    return told;
  }

  Result<RiskModel> learn(const Scenario& scenario, std::vector<std::uint32_t> rows,
                          std::vector<std::uint8_t> labels,
                          const std::vector<ConfirmedRecord>& records,
                          const CancelToken& cancel) const {
    if (scenario.guard == Guard::Quarantine) {
      const Moment now{1'000'000'000};
      std::vector<Quarantine> entries;
      for (auto& failed : TRY(failed_arrivals(disease_, records, QuarantineList({}), now))) {
        entries.push_back({0, std::move(failed), QuarantineState::Open, now, {}, "", ""});
      }
      const QuarantineList list(entries);
      std::size_t kept = baseline_.size();
      for (std::size_t i = 0; i < records.size(); ++i) {
        if (list.holding(records[i]) != nullptr) continue;
        rows[kept] = rows[baseline_.size() + i];
        labels[kept++] = labels[baseline_.size() + i];
      }
      rows.resize(kept);
      labels.resize(kept);
    }
    NoProgress progress;
    SearchOptions options;
    options.inner_folds = folds_;
    options.seed = seed_;
    options.threads = 1;
    return TRY(search(take(all_, rows, labels), options, cancel, progress)).model;
  }

  Result<Figures> judge(const RiskModel& model) const {
    const auto risks = risks_of(model, all_, held_out_);
    const auto outcomes = truth(held_out_);
    Figures figures;
    figures.auroc = TRY(auroc(outcomes, risks)).value;
    figures.log_loss = TRY(log_loss(outcomes, risks)).value;
    const auto slope = calibration_slope(outcomes, risks);
    figures.slope = slope.ok() ? slope.value().value : std::nan("");
    return figures;
  }

  const DiseaseFile& disease_;
  const Cohort& all_;
  unsigned folds_;
  std::uint64_t seed_;
  std::vector<std::uint32_t> held_out_, baseline_;
  std::vector<std::vector<std::uint32_t>> batches_;
};

struct Summary {
  double mean = 0, half_width = 0;  // 95 %, over replays
};

Summary summarise(std::vector<double> values) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  const double n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, n > 1 ? 2.0 * std::sqrt(squares / (n - 1) / n) : 0};
}

// scenarios x replays x steps
using Results = std::vector<std::vector<std::vector<Figures>>>;

Summary at(const Results& results, std::size_t scenario, std::size_t step,
           double Figures::*figure) {
  std::vector<double> values;
  for (const auto& replay : results[scenario]) values.push_back(replay[step].*figure);
  return summarise(values);
}

void print_table(const Results& results) {
  const std::size_t last = results.front().front().size() - 1;
  fmt::print("  {:<34} {:<18} {:<18} {}\n", "after the last batch", "AUROC", "log loss", "slope");
  const auto text = [](const Summary& s) {
    return fmt::format("{:.3f} ± {:.3f}", s.mean, s.half_width);
  };
  fmt::print("  {:<34} {:<18} {:<18} {}\n", "(baseline only)",
             text(at(results, 0, 0, &Figures::auroc)), text(at(results, 0, 0, &Figures::log_loss)),
             text(at(results, 0, 0, &Figures::slope)));
  for (std::size_t s = 0; s < kScenarios.size(); ++s) {
    fmt::print("  {:<34} {:<18} {:<18} {}\n", kScenarios[s].name,
               text(at(results, s, last, &Figures::auroc)),
               text(at(results, s, last, &Figures::log_loss)),
               text(at(results, s, last, &Figures::slope)));
  }
}

/// A report's figure as a picture of its own: with colours, and the legend beside the lines.
std::string standalone(std::string_view figure, std::span<const std::size_t> scenarios) {
  constexpr std::array kColours = {"#0b6e4f", "#b3261e", "#c77700", "#6a4fb3", "#1a66b3"};
  const std::size_t begin = figure.find("role='img'"), end = figure.find("</svg>");
  std::string picture =
      "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 660 340' font-family='sans-serif' ";
  picture += figure.substr(begin, figure.find('>', begin) + 1 - begin);
  picture +=
      "<style>.grid{stroke:#d7dbe0}.tick{font-size:11px;fill:#5a6472}.label{font-size:12px;fill:"
      "#1b2430}.line{fill:none;stroke-width:2}";
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    picture += fmt::format(".series-{}{{stroke:{}}}", i, kColours[i]);
  }
  picture += "</style><rect width='660' height='340' fill='#fff'/>";
  picture += figure.substr(figure.find('>', begin) + 1, end - figure.find('>', begin) - 1);
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    const std::size_t y = 30 + 22 * i;
    picture += fmt::format(
        "<line class='line series-{}' x1='412' x2='436' y1='{}' y2='{}'/><text class='label' "
        "x='444' "
        "y='{}'>{}</text>",
        i, y, y, y + 4, escape_html(kScenarios[scenarios[i]].name));
  }
  return picture + "</svg>\n";
}

/// Log loss by people confirmed, of the scenarios that a reader wants to compare.
std::string plot(const Results& results, const Study& study, std::string_view disease) {
  Chart chart;
  chart.x_label = "people learnt from";
  chart.y_label = "log loss";
  const std::size_t steps = results.front().front().size();
  chart.x_min = static_cast<double>(study.baseline);
  chart.x_max = static_cast<double>(study.baseline + study.batch * (steps - 1));
  chart.y_min = 1e9;
  chart.y_max = 0;
  int colour = 0;
  constexpr std::array<std::size_t, 5> kPlotted = {0, 2, 7, 9, 10};
  for (const std::size_t s : kPlotted) {
    ChartSeries line{kScenarios[s].name, ChartSeries::Style::Line, colour++, {}, {}};
    for (std::size_t step = 0; step < steps; ++step) {
      const Summary value = at(results, s, step, &Figures::log_loss);
      line.points.push_back({static_cast<double>(study.baseline + study.batch * step), value.mean});
      chart.y_min = std::min(chart.y_min, value.mean - 0.02);
      chart.y_max = std::max(chart.y_max, value.mean + 0.02);
    }
    chart.series.push_back(std::move(line));
  }
  const std::string name = fmt::format(
      "{}: learning over time. Log loss on people held out, by confirmed outcomes learnt from; "
      "lower is better.",
      disease);
  return standalone(to_svg(draw(chart).drawing, name), kPlotted);
}

Result<bool> run(const Study& study, const fs::path& diseases, const fs::path& data,
                 const fs::path& out, std::size_t replays) {
  const CancelToken cancel;
  const DiseaseFile disease =
      TRY(load_disease_file(diseases / fmt::format("{}.toml", study.disease)));
  std::vector<SourceReading> readings;
  for (const char* file : study.files) {
    readings.push_back(TRY(read_source(disease, data / study.disease / file, "", cancel)));
  }
  const Cohort rows = TRY(assemble(disease, std::move(readings))).cohort;
  const Cohort all = disease.repeated_measures ? mean_per_person(rows) : rows;
  Results results(kScenarios.size(), std::vector<std::vector<Figures>>(replays));
  const auto work = [&](std::size_t i) -> Result<void> {
    const std::size_t scenario = i % kScenarios.size(), replay = i / kScenarios.size();
    const Replay one(disease, all, study, replay + 1);
    results[scenario][replay] = TRY(one.run(kScenarios[scenario], cancel));
    return {};
  };
  TRY(parallel_for(replays * kScenarios.size(), 0, cancel, work));
  fmt::print("{}: {} people, {} held out, baseline {}, batches of {}, {} replays (± 95 %)\n",
             study.disease, all.rows(), study.held_out, study.baseline, study.batch, replays);
  print_table(results);
  std::fflush(stdout);
  TRY(write_file_atomically(out / fmt::format("learning_over_time_{}.svg", study.disease),
                            plot(results, study, disease.name.find("en")->second)));
  const std::size_t last = results.front().front().size() - 1;
  const double confirmed = at(results, 0, last, &Figures::log_loss).mean;
  return confirmed < at(results, 0, 0, &Figures::log_loss).mean &&
         confirmed < at(results, 2, last, &Figures::log_loss).mean;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    fmt::print(stderr, "usage: {} DISEASES_FOLDER DATA_FOLDER OUT_FOLDER [REPLAYS] [DISEASE]\n",
               argv[0]);
    return 2;
  }
  const std::size_t replays = argc > 4 ? static_cast<std::size_t>(std::atoi(argv[4])) : 20;
  const std::vector<Study> studies = {
      {"heart", {"processed.cleveland.data", "processed.hungarian.data"}, 180, 60, 60, 5},
      {"diabetes", {"diabetes.csv"}, 230, 60, 80, 5},
      {"parkinsons", {"parkinsons.data"}, 8, 16, 4, 3}};
  for (const Study& study : studies) {
    if (argc > 5 && argv[5] != std::string_view(study.disease)) continue;
    const auto better = run(study, argv[1], argv[2], argv[3], replays);
    if (!better.ok()) {
      fmt::print(stderr, "{}: {}\n", study.disease, better.error().message);
      return 1;
    }
    fmt::print("  confirmed outcomes help: {}\n\n", better.value() ? "yes" : "NO");
  }
}
