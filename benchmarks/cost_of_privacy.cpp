// What de-identification costs: models learnt from people as they are, and from the same people
// after src/privacy has been over them, judged on the same people as they are whom neither saw.
// Person-grouped 5 folds; AUROC and log loss pooled over the folds, mean over repeats; the
// difference with its standard error, paired by person (DeLong for AUROC). The second row of a
// disease learns from 100 people only, where bands are coarser. Control: the people as they are, in
// another order, which deals out other inner folds: so much is the luck of the search. Above that,
// how many people are left out of snapshots of 20 to 300.
//
// usage: benchmark_cost_of_privacy DISEASES_FOLDER DATA_FOLDER [REPEATS]
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <numeric>

#include "base/random.h"
#include "learning/cohort/assemble.h"
#include "learning/cohort/baseline.h"
#include "learning/cohort/folds.h"
#include "learning/metrics/auroc.h"
#include "learning/metrics/log_loss.h"
#include "learning/search/search.h"
#include "privacy/deidentify.h"

namespace {

using namespace relearn;  // NOLINT: a program of one file
namespace fs = std::filesystem;

constexpr unsigned kFolds = 5;
constexpr std::size_t kEverybody = 1'000'000;

struct Task {
  const char* disease;
  std::vector<const char*> files;
};

/// One disease's people: as a cohort, and row by row as the database would hold them.
struct People {
  DiseaseFile disease;
  Cohort cohort;
  std::vector<RawRecord> records;
};

Result<People> read_people(const Task& task, const fs::path& diseases, const fs::path& data) {
  const CancelToken cancel;
  People people{.disease = TRY(load_disease_file(diseases / fmt::format("{}.toml", task.disease)))};
  std::vector<SourceReading> readings;
  for (const char* file : task.files) {
    readings.push_back(TRY(read_source(people.disease, data / task.disease / file, "", cancel)));
  }
  std::uint32_t first_person = 0;
  for (const SourceReading& reading : readings) {
    for (std::size_t i = 0; i < reading.rows(); ++i) {
      RawRecord record{.person = fmt::format("{}", first_person + reading.persons[i]),
                       .assessed_at = start_of({2024, 3, 11}),
                       .outcome = reading.outcomes[i]};
      for (std::size_t j = 0; j < reading.columns.size(); ++j) {
        record.fields.emplace_back(people.disease.predictors[j].id,
                                   field_text(reading.columns[j][i]));
      }
      people.records.push_back(std::move(record));
    }
    first_person += static_cast<std::uint32_t>(reading.counts.persons);
  }
  people.cohort = TRY(assemble(people.disease, std::move(readings))).cohort;
  if (people.cohort.rows() != people.records.size()) {
    return broken_invariant("the cohort and the records are of different people");
  }
  return people;
}

FreshRandom repeatable(std::uint64_t seed) {
  return [random = std::make_shared<Random>(seed)] { return random->next(); };
}

Result<Deidentified> without_people(const People& people, std::span<const std::uint32_t> rows,
                                    std::uint64_t seed) {
  std::vector<RawRecord> records;
  for (const std::uint32_t row : rows) records.push_back(people.records[row]);
  return deidentify(people.disease, records, repeatable(seed), CancelToken());
}

/// Rows of a cohort as a cohort of its own: people numbered from 0.
Cohort own_cohort(const Cohort& cohort, std::span<const std::uint32_t> rows) {
  Cohort own = take_rows(cohort, rows);
  std::map<std::uint32_t, std::uint32_t> numbers;
  for (std::uint32_t& person : own.persons) {
    const auto next = static_cast<std::uint32_t>(numbers.size());
    person = numbers.try_emplace(person, next).first->second;
  }
  return own;
}

Cohort as_learnt(const People& people, Cohort cohort) {
  return people.disease.repeated_measures ? mean_per_person(cohort) : cohort;
}

/// The road of a snapshot: file, reading, assembly.
Result<Cohort> private_cohort(const People& people, std::span<const std::uint32_t> rows,
                              std::uint64_t seed) {
  const Deidentified done = TRY(without_people(people, rows, seed));
  std::vector<SourceReading> readings;
  readings.push_back(TRY(read_source_text(people.disease, done.cohort_file, "cohort.csv",
                                          "canonical", CancelToken())));
  if (readings.front().rows() != done.members.size()) {
    return broken_invariant("rows that passed were refused by the reader");
  }
  return TRY(assemble(people.disease, std::move(readings))).cohort;
}

/// At most `limit` people of the rows, drawn from `seed`, all rows of each.
std::vector<std::uint32_t> some_people(const Cohort& cohort, std::vector<std::uint32_t> rows,
                                       std::size_t limit, std::uint64_t seed) {
  std::vector<std::uint32_t> persons;
  for (const std::uint32_t row : rows) persons.push_back(cohort.persons[row]);
  std::sort(persons.begin(), persons.end());
  persons.erase(std::unique(persons.begin(), persons.end()), persons.end());
  if (persons.size() <= limit) return rows;
  Random(seed).shuffle(std::span(persons));
  persons.resize(limit);
  std::erase_if(rows, [&](std::uint32_t row) {
    return std::find(persons.begin(), persons.end(), cohort.persons[row]) == persons.end();
  });
  return rows;
}

struct Arm {
  double auroc = 0, log_loss = 0;
};

struct Cost {
  Arm raw, other;
  double auroc_error = 0, log_loss_error = 0;  // standard errors of the differences
};

double loss(std::uint8_t outcome, double risk) { return -std::log(outcome ? risk : 1 - risk); }

/// Adds one repeat's pooled risks.
Result<void> add_repeat(const Cohort& judged, std::span<const double> raw,
                        std::span<const double> other, double share, Cost& cost) {
  cost.raw.auroc += share * TRY(auroc(judged.outcomes, raw)).value;
  cost.other.auroc += share * TRY(auroc(judged.outcomes, other)).value;
  cost.raw.log_loss += share * TRY(log_loss(judged.outcomes, raw)).value;
  cost.other.log_loss += share * TRY(log_loss(judged.outcomes, other)).value;
  cost.auroc_error += share * TRY(auroc_difference(judged.outcomes, other, raw)).standard_error;
  const auto n = static_cast<double>(raw.size());
  double sum = 0, squares = 0;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const double difference = loss(judged.outcomes[i], other[i]) - loss(judged.outcomes[i], raw[i]);
    sum += difference;
    squares += difference * difference;
  }
  cost.log_loss_error += share * std::sqrt((squares - sum * sum / n) / (n - 1) / n);
  return {};
}

struct Costs {
  Cost privacy, control;
};

/// The same rows in another order.
std::vector<std::uint32_t> shuffled(std::vector<std::uint32_t> rows, std::uint64_t seed) {
  Random(derive_seed(seed, "control")).shuffle(std::span(rows));
  return rows;
}

Result<Costs> measure(const People& people, std::size_t limit, unsigned repeats) {
  const CancelToken cancel;
  NoProgress progress;
  const Cohort judged = as_learnt(people, people.cohort);
  std::vector<std::uint32_t> all(people.cohort.rows());
  std::iota(all.begin(), all.end(), 0u);
  Costs costs;
  for (unsigned repeat = 0; repeat < repeats; ++repeat) {
    std::vector<double> raw(judged.rows()), deidentified(judged.rows()), control(judged.rows());
    const auto folds =
        TRY(person_folds(people.cohort, all, kFolds, derive_seed(1, "cost", repeat)));
    for (std::size_t f = 0; f < folds.size(); ++f) {
      const std::uint64_t seed = derive_seed(2, "fold", repeat * kFolds + f);
      const auto train = some_people(people.cohort, folds[f].train, limit, seed);
      const Cohort as_they_are = as_learnt(people, own_cohort(people.cohort, train));
      const Cohort reordered = as_learnt(people, own_cohort(people.cohort, shuffled(train, seed)));
      const Cohort told = as_learnt(people, TRY(private_cohort(people, train, seed)));
      const SearchOptions options{.seed = seed};
      const RiskModel plain = TRY(search(as_they_are, options, cancel, progress)).model;
      const RiskModel careful = TRY(search(told, options, cancel, progress)).model;
      const RiskModel again = TRY(search(reordered, options, cancel, progress)).model;
      for (const std::uint32_t row : folds[f].test) {
        // Rows of repeated measures are judged as people's means, numbered by person.
        const std::size_t i = people.disease.repeated_measures ? people.cohort.persons[row] : row;
        raw[i] = plain.risk(judged.row(i));
        deidentified[i] = careful.risk(judged.row(i));
        control[i] = again.risk(judged.row(i));
      }
    }
    TRY(add_repeat(judged, raw, deidentified, 1.0 / repeats, costs.privacy));
    TRY(add_repeat(judged, raw, control, 1.0 / repeats, costs.control));
  }
  return costs;
}

void print_cost(const char* name, const Cost& cost) {
  fmt::print(
      "    {:<14} AUROC {:.4f} -> {:.4f} ({:+.4f}, se {:.4f}), log loss {:.4f} -> {:.4f} "
      "({:+.4f}, se {:.4f})\n",
      name, cost.raw.auroc, cost.other.auroc, cost.other.auroc - cost.raw.auroc, cost.auroc_error,
      cost.raw.log_loss, cost.other.log_loss, cost.other.log_loss - cost.raw.log_loss,
      cost.log_loss_error);
}

/// Share left out, and at which level the others are told, of samples of `count` people.
Result<void> print_suppression(const People& people, std::size_t count) {
  constexpr int kSamples = 200;
  std::vector<std::uint32_t> all(people.cohort.rows());
  std::iota(all.begin(), all.end(), 0u);
  double suppressed = 0, lost = 0, alike = 0;
  std::vector<double> at_level(people.disease.privacy.levels.size(), 0);
  for (int sample = 0; sample < kSamples; ++sample) {
    const std::uint64_t seed = derive_seed(3, "sample", static_cast<std::uint64_t>(sample));
    const auto rows = some_people(people.cohort, all, count, seed);
    const PrivacyReport report = TRY(without_people(people, rows, seed)).report;
    suppressed += report.suppressed_share() / kSamples;
    lost += report.information_lost / kSamples;
    alike += report.one_class_share / kSamples;
    for (std::size_t level = 0; level < at_level.size(); ++level) {
      at_level[level] +=
          static_cast<double>(report.at_level[level]) / static_cast<double>(rows.size()) / kSamples;
    }
  }
  std::string levels;
  for (const double share : at_level) levels += fmt::format(" {:3.0f}", 100 * share);
  fmt::print(
      "  {:>4} people: left out {:4.1f} %, at level{} %, lost {:.2f}, one outcome {:4.1f} %\n",
      count == kEverybody ? "all" : std::to_string(count), 100 * suppressed, levels, lost,
      100 * alike);
  return {};
}

Result<void> run(const Task& task, const fs::path& diseases, const fs::path& data,
                 unsigned repeats) {
  const People people = TRY(read_people(task, diseases, data));
  fmt::print("{}\n", task.disease);
  for (const std::size_t count : {20, 40, 100, 300}) {
    if (count < people.records.size() && !people.disease.repeated_measures) {
      TRY(print_suppression(people, count));
    }
  }
  TRY(print_suppression(people, kEverybody));
  for (const std::size_t limit : {kEverybody, std::size_t{100}}) {
    if (limit != kEverybody && people.disease.repeated_measures) continue;
    const auto started = std::chrono::steady_clock::now();
    const Costs costs = TRY(measure(people, limit, repeats));
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - started;
    fmt::print("  learnt from {}, 5 folds x {}, {:.0f} s\n",
               limit == kEverybody ? "four fifths" : "100 people", repeats, seconds.count());
    print_cost("de-identified", costs.privacy);
    print_cost("control", costs.control);
    std::fflush(stdout);
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: {} DISEASES_FOLDER DATA_FOLDER [REPEATS]\n", argv[0]);
    return 2;
  }
  const unsigned repeats = argc > 3 ? static_cast<unsigned>(std::atoi(argv[3])) : 4;
  const std::vector<Task> tasks = {
      {"heart", {"processed.cleveland.data", "processed.hungarian.data"}},
      {"diabetes", {"diabetes.csv"}},
      {"parkinsons", {"parkinsons.data"}},
  };
  for (const Task& task : tasks) {
    if (auto done = run(task, argv[1], argv[2], repeats); !done.ok()) {
      fmt::print(stderr, "{}: {}\n", task.disease, done.error().message);
      return 1;
    }
  }
}
