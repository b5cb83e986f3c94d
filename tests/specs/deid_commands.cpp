// What the commands of *.deid files mean.
//
//   disease ID [year=yes]       loads diseases/ID.toml; year=yes: every level tells the year
//   record KEY=VALUE...         somebody's record beside nine others who are alike in everything
//                               but what sets it aside; answers "passes" yes or no, "because", and,
//                               when it passes, each cell of its row, "told" the columns of the
//                               file. assessed=DATE is when; a key that is no predictor is a field
//                               that came in
//   people COUNT KEY=VALUE...   adds so many people; outcome=0 or 1, visits=N rows each,
//                               assessed=DATE
//   invented COUNT [seed=N]     adds so many invented people of the disease
//   nobody                      takes all people away
//   deidentify                  answers what came of all people so far: records, passed, people,
//                               k reached, set aside, suppressed, p, at level N, warning, sentence,
//                               and "class" for each combination in the file: how many people
//   read                        the file as the trainer reads it: rows, people, weights
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <set>

#include "base/random.h"
#include "base/text.h"
#include "clinical/disease_file.h"
#include "learning/cohort/assemble.h"
#include "learning/cohort/baseline.h"
#include "learning/cohort/synthetic.h"
#include "privacy/deidentify.h"
#include "privacy/generalise.h"
#include "support/spec_runner.h"

namespace relearn {
namespace {

constexpr std::string_view kEnding = "deid";
constexpr int kOthersAlike = 9;

struct DeidState {
  DiseaseFile disease;
  std::vector<RawRecord> records;
  Deidentified result;
};

FreshRandom repeatable() {
  return [random = std::make_shared<Random>(1)] { return random->next(); };
}

Result<SpecAnswer> load(SpecCommand& command, SpecState& state) {
  const std::string file = fmt::format("{}/diseases/{}.toml", RELEARN_SOURCE_DIR, command.text(0));
  DeidState& own = state.of<DeidState>();
  own = {.disease = TRY(load_disease_file(file))};
  if (command.argument("year")) {
    for (PrivacyLevel& level : own.disease.privacy.levels) level.year = true;
  }
  return SpecAnswer{{"k", std::to_string(own.disease.privacy.k)}};
}

Result<RawRecord> read_record(SpecCommand& command) {
  RawRecord record{.assessed_at = start_of({2024, 3, 11})};
  for (const auto& [key, value] : command.arguments()) {
    if (key == "assessed") {
      record.assessed_at = TRY(parse_moment(value));
    } else if (key == "outcome") {
      record.outcome = value == "1" ? 1 : 0;
    } else if (key == "weight") {
      record.weight = parse_number(value).value_or(1);
    } else if (key != "visits") {
      record.fields.emplace_back(key, value);
    }
  }
  return record;
}

/// The same record without whatever sets it aside.
RawRecord honest_part(const DiseaseFile& disease, const RawRecord& record) {
  RawRecord honest = record;
  honest.fields.clear();
  for (const auto& field : record.fields) {
    RawRecord alone = record;
    alone.fields = {field};
    alone.person = "x";
    const auto done = deidentify(disease, {&alone, 1}, repeatable(), CancelToken());
    const auto& aside = done.value().set_aside;
    if (aside.empty() || aside.front().reason.ends_with(" missing")) {
      honest.fields.push_back(field);
    }
  }
  return honest;
}

using Row = std::vector<std::pair<std::string, std::string>>;

std::vector<Row> rows_of(const std::string& file) {
  std::vector<Row> rows;
  const auto lines = split(file, '\n');
  const auto header = split(lines.front(), ',');
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (lines[i].empty()) continue;
    const auto cells = split(lines[i], ',');
    rows.emplace_back();
    for (std::size_t j = 0; j < cells.size(); ++j) rows.back().emplace_back(header[j], cells[j]);
  }
  return rows;
}

Result<SpecAnswer> one_record(SpecCommand& command, SpecState& state) {
  const DeidState& own = state.of<DeidState>();
  std::vector<RawRecord> records = {TRY(read_record(command))};
  records.front().person = "the one";
  const RawRecord other = honest_part(own.disease, records.front());
  for (int i = 0; i < kOthersAlike; ++i) {
    records.push_back(other);
    records.back().person = fmt::format("other {}", i);
  }
  const Deidentified done = TRY(deidentify(own.disease, records, repeatable(), CancelToken()));
  if (!done.set_aside.empty()) {
    return SpecAnswer{{"passes", "no"}, {"because", done.set_aside.front().reason}};
  }
  if (done.members.size() != records.size()) return invalid_input("too few people are alike");
  SpecAnswer answer = {{"passes", "yes"}};
  std::string told;
  // All ten are alike, so that every row is the one's but for the number of the person.
  const Row row = rows_of(done.cohort_file).front();
  for (const auto& [column, cell] : row) {
    if (column != kPersonColumn && !cell.empty()) answer.emplace_back(column, cell);
    told += (told.empty() ? "" : ", ") + column;
  }
  answer.emplace_back("told", told);
  return answer;
}

Result<SpecAnswer> add_people(SpecCommand& command, SpecState& state) {
  DeidState& own = state.of<DeidState>();
  const auto count = parse_number(command.text(0));
  if (!count) return invalid_input("how many people?");
  const auto visits = parse_number(command.argument("visits").value_or("1")).value_or(1);
  RawRecord record = TRY(read_record(command));
  for (int i = 0; i < static_cast<int>(*count); ++i) {
    record.person = fmt::format("person {}", own.records.size());
    for (int visit = 0; visit < static_cast<int>(visits); ++visit) own.records.push_back(record);
  }
  return SpecAnswer{};
}

Result<SpecAnswer> add_invented(SpecCommand& command, SpecState& state) {
  DeidState& own = state.of<DeidState>();
  std::string text;
  const auto append = [&](std::string_view piece) -> Result<void> {
    text += piece;
    return {};
  };
  const auto count = static_cast<std::uint64_t>(parse_number(command.text(0)).value_or(0));
  const auto seed =
      static_cast<std::uint64_t>(parse_number(command.argument("seed").value_or("1")).value_or(1));
  TRY(synthesize(own.disease, count, seed, append, CancelToken()));
  text.erase(0, text.find('\n') + 1);  // the mark
  for (const Row& row : rows_of(text)) {
    RawRecord record{.person = fmt::format("invented {}", own.records.size()),
                     .assessed_at = start_of({2024, 3, 11})};
    for (const auto& [column, cell] : row) {
      if (column == own.disease.outcome.id) {
        record.outcome = cell == "1" ? 1 : 0;
      } else if (column == kPersonColumn) {
        record.person = cell;
      } else {
        record.fields.emplace_back(column, cell);
      }
    }
    own.records.push_back(std::move(record));
  }
  return SpecAnswer{};
}

/// "age_years 52, sex 1" -> how many people.
std::map<std::string, std::set<std::string>> classes_of(const DiseaseFile& disease,
                                                        const std::string& file) {
  std::set<std::string> identifying = {std::string(kYearColumn)};
  for (const std::size_t j : quasi_identifiers(disease)) {
    identifying.insert(disease.predictors[j].id);
  }
  std::map<std::string, std::set<std::string>> classes;
  for (const Row& row : rows_of(file)) {
    std::string name, person;
    for (const auto& [column, cell] : row) {
      if (column == kPersonColumn) person = cell;
      if (!identifying.contains(column)) continue;
      name += fmt::format("{}{} {}", name.empty() ? "" : ", ", column, cell.empty() ? "-" : cell);
    }
    classes[name].insert(person);
  }
  return classes;
}

Result<SpecAnswer> run(SpecCommand&, SpecState& state) {
  DeidState& own = state.of<DeidState>();
  own.result = TRY(deidentify(own.disease, own.records, repeatable(), CancelToken()));
  const PrivacyReport& report = own.result.report;
  SpecAnswer answer = {{"records", std::to_string(report.records_in)},
                       {"passed", std::to_string(report.records_out)},
                       {"people", std::to_string(report.persons_out)},
                       {"k reached", std::to_string(report.k_reached)}};
  for (const auto& [reason, count] : report.set_aside) {
    answer.emplace_back("set aside", fmt::format("{} {}", count, reason));
  }
  answer.emplace_back("suppressed", std::to_string(report.suppressed));
  answer.emplace_back("p", fmt::format("{:.3g}", report.suppression_p));
  for (std::size_t level = 0; level < report.at_level.size(); ++level) {
    answer.emplace_back(fmt::format("at level {}", level + 1),
                        std::to_string(report.at_level[level]));
  }
  for (const auto& [name, persons] : classes_of(own.disease, own.result.cohort_file)) {
    answer.emplace_back("class", fmt::format("{}: {} people", name, persons.size()));
  }
  for (const std::string& warning : report.warnings) answer.emplace_back("warning", warning);
  answer.emplace_back("sentence", report.sentence);
  return answer;
}

Result<SpecAnswer> read(SpecCommand&, SpecState& state) {
  const DeidState& own = state.of<DeidState>();
  std::vector<SourceReading> readings;
  readings.push_back(
      TRY(read_source_text(own.disease, own.result.cohort_file, "cohort.csv", "", CancelToken())));
  const std::uint64_t people = readings.front().counts.persons;
  const std::size_t refused = readings.front().quarantined.size();
  const Cohort cohort = TRY(assemble(own.disease, std::move(readings))).cohort;
  std::map<double, int> weights;
  for (const double weight : cohort.weights) ++weights[weight];
  SpecAnswer answer = {{"rows", std::to_string(cohort.rows())},
                       {"people", std::to_string(people)},
                       {"refused", std::to_string(refused)}};
  for (const auto& [weight, count] : weights) {
    answer.emplace_back("weight", fmt::format("{}: {} rows", weight, count));
  }
  return answer;
}

Result<SpecAnswer> forget(SpecCommand&, SpecState& state) {
  state.of<DeidState>().records.clear();
  return SpecAnswer{};
}

}  // namespace

void register_deid_commands(SpecRunner& runner) {
  runner.add_command(kEnding, "disease", load);
  runner.add_command(kEnding, "record", one_record);
  runner.add_command(kEnding, "people", add_people);
  runner.add_command(kEnding, "invented", add_invented);
  runner.add_command(kEnding, "nobody", forget);
  runner.add_command(kEnding, "deidentify", run);
  runner.add_command(kEnding, "read", read);
}

}  // namespace relearn
