// What group commit gives: durable rows a second, one at a time and from many clients at once,
// against what the disk itself can do; and how long a store of a million predictions takes.
//
//   benchmark_group_commit FOLDER [PREDICTIONS]
//
// FOLDER is made, and must be on the disk in question: a folder in memory waits for nothing. Fails
// when a row that was acknowledged is not there after opening the store again.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <thread>
#include <vector>

#include "base/random.h"
#include "base/text.h"
#include "storage/sqlite/store.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;
constexpr Moment kNow{1'700'000'000};
constexpr double kSecondsOfEach = 4;
constexpr std::size_t kPiece = 10'000;      // rows of one call when a store is filled
constexpr std::uint64_t kConfirmedOf = 10;  // one in ten

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Result<std::shared_ptr<SqliteStore>> open_store(const fs::path& folder) {
  const fs::path key = folder / "key";
  KeyRing keys = fs::exists(key) ? TRY(KeyRing::load(key)) : TRY(KeyRing::create(key));
  StoreOptions options;
  options.folder = folder / "store";
  options.if_missing = IfMissing::Create;
  return SqliteStore::open(options, std::move(keys));
}

NewPrediction prediction_of(Random& random) {
  NewPrediction p;
  p.disease = "heart";
  p.disease_version = 1;
  p.subject.reference = fmt::format("record {}", random.below(400'000));
  p.made_at = {kNow.seconds - static_cast<std::int64_t>(random.below(300 * kSecondsPerDay))};
  p.inputs = {{"age_years", 30 + static_cast<double>(random.below(50))},
              {"sex", static_cast<double>(random.below(2))},
              {"cholesterol_mg_per_dl", 150 + static_cast<double>(random.below(200))},
              {"resting_bp_mmhg", 100 + static_cast<double>(random.below(80))},
              {"max_heart_rate_per_min", 80 + static_cast<double>(random.below(120))}};
  p.model_version = "0000000000000000000000000000000000000000000000000000000000000000";
  p.risk = ServedRisk(random.uniform());
  p.shown = "high";
  return p;
}

/// One page and a wait for the disk, over and over: no database commits oftener.
Result<double> disk_rate(const fs::path& folder) {
  const fs::path file = folder / "raw";
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return unavailable(file.string() + ": cannot be made");
  const std::vector<char> page(4096, 'x');
  std::uint64_t writes = 0;
  const double start = seconds();
  while (seconds() - start < kSecondsOfEach) {
    if (::pwrite(fd, page.data(), page.size(), static_cast<off_t>(4096 * (writes % 1024))) < 0 ||
        ::fdatasync(fd) != 0) {
      ::close(fd);
      return unavailable(file.string() + ": cannot be written");
    }
    ++writes;
  }
  ::close(fd);
  fs::remove(file);
  return static_cast<double>(writes) / (seconds() - start);
}

/// So many clients, each inserting predictions, waiting until they are durable, and again.
Result<double> insert_rate(const fs::path& folder, unsigned clients, std::size_t rows_of_call) {
  auto store = TRY(open_store(folder));
  std::vector<std::vector<PredictionId>> acknowledged(clients);
  std::atomic<bool> failed = false;
  std::vector<std::thread> threads;
  const double start = seconds();
  for (unsigned client = 0; client < clients; ++client) {
    threads.emplace_back([&, client] {
      Random random(derive_seed(1, "client", client));
      while (!failed && seconds() - start < kSecondsOfEach) {
        std::vector<NewPrediction> predictions;
        for (std::size_t i = 0; i < rows_of_call; ++i) predictions.push_back(prediction_of(random));
        const auto done = store->add_predictions(predictions, {"p", "", kNow});
        if (!done.ok()) {
          failed = true;
          return;
        }
        for (const Receipt& receipt : done.value()) {
          acknowledged[client].push_back(receipt.prediction);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const double took = seconds() - start;
  if (failed) return broken_invariant("an insert failed");
  store.reset();
  store = TRY(open_store(folder));
  std::uint64_t rows = 0;
  for (const auto& ids : acknowledged) {
    for (const PredictionId& id : ids) {
      if (!TRY(store->find_prediction(id))) return broken_invariant("an acknowledged row is lost");
      ++rows;
    }
  }
  return static_cast<double>(rows) / took;
}

Result<void> compare_rates(const fs::path& folder) {
  const double disk = TRY(disk_rate(folder));
  fmt::print("disk             {:>8.0f} waits/s   one page and fdatasync\n", disk);
  const double alone = TRY(insert_rate(folder / "alone", 1, 1));
  fmt::print("one at a time    {:>8.0f} rows/s    {:.2f} x the disk\n", alone, alone / disk);
  struct Load {
    unsigned clients;
    std::size_t rows_of_call;
  };
  for (const Load load : {Load{8, 1}, {64, 1}, {512, 1}, {2048, 1}, {64, 100}}) {
    const fs::path place = folder / fmt::format("{}-{}", load.clients, load.rows_of_call);
    const double together = TRY(insert_rate(place, load.clients, load.rows_of_call));
    fmt::print(
        "{:>4} clients x {:<3} {:>6.0f} rows/s    {:.0f} x one at a time, {:.0f} x the disk\n",
        load.clients, load.rows_of_call, together, together / alone, together / disk);
  }
  return {};
}

Result<void> fill(const fs::path& folder, std::uint64_t rows) {
  const auto store = TRY(open_store(folder));
  Random random(1);
  double predicting = 0, confirming = 0;
  for (std::uint64_t done = 0; done < rows; done += kPiece) {
    std::vector<NewPrediction> predictions;
    for (std::size_t i = 0; i < kPiece; ++i) predictions.push_back(prediction_of(random));
    double start = seconds();
    const auto receipts = TRY(store->add_predictions(predictions, {"p", "", kNow}));
    predicting += seconds() - start;
    std::vector<NewOutcomeEvent> events;
    for (std::size_t i = 0; i < kPiece; i += kConfirmedOf) {
      NewOutcomeEvent event;
      event.prediction = receipts[i].prediction;
      event.state = OutcomeState::Confirmed;
      event.value = random.below(2) == 0 ? OutcomeValue::Absent : OutcomeValue::Present;
      event.source = OutcomeSource::Laboratory;
      event.reference_standard = "angiography";
      event.actor = fmt::format("doctor {}", random.below(50));
      event.evidence = "report";
      event.observed_on = date_of(kNow);
      event.recorded_at = kNow;
      events.push_back(std::move(event));
    }
    start = seconds();
    for (const Receipt& receipt : TRY(store->add_outcomes(events, {"o", "", kNow}))) {
      if (receipt.result != Receipt::Result::Added)
        return broken_invariant(receipt.refused_because);
    }
    confirming += seconds() - start;
  }
  const double predictions = static_cast<double>(rows);
  fmt::print("{} predictions in {:.1f} s, {:.0f} rows/s\n", rows, predicting,
             predictions / predicting);
  fmt::print("{} confirmed in {:.1f} s, {:.0f} rows/s\n", rows / kConfirmedOf, confirming,
             predictions / kConfirmedOf / confirming);
  return {};
}

Result<void> visit(const fs::path& folder, std::uint64_t rows) {
  double start = seconds();
  const auto store = TRY(open_store(folder));
  fmt::print("opened in {:.3f} s\n", seconds() - start);
  std::uint64_t confirmed = 0, all = 0, verified = 0;
  start = seconds();
  TRY(store->visit_confirmed("heart", [&](const ConfirmedRecord&) -> Result<void> {
    ++confirmed;
    return {};
  }));
  fmt::print("visited {} confirmed in {:.2f} s\n", confirmed, seconds() - start);
  start = seconds();
  TRY(store->visit_verification("heart", [&](const Prediction&, bool is_confirmed) -> Result<void> {
    ++all;
    verified += is_confirmed ? 1 : 0;
    return {};
  }));
  fmt::print("visited all {} in {:.2f} s\n", all, seconds() - start);
  start = seconds();
  const RecordCounts counts = TRY(store->count_records("heart"));
  fmt::print("counted in {:.2f} s\n", seconds() - start);
  if (confirmed != rows / kConfirmedOf || all != rows || verified != confirmed ||
      counts.found != rows || counts.confirmed != confirmed) {
    return broken_invariant("a visit missed rows");
  }
  return {};
}

/// In a process of its own, whose peak memory is nobody else's.
Result<void> measured(const char* what, const std::function<Result<void>()>& work) {
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto done = work();
    if (!done.ok()) fmt::print(stderr, "{}\n", done.error().message);
    std::fflush(stdout);
    std::_Exit(done.ok() ? 0 : 1);
  }
  int status = 0;
  rusage usage{};
  ::wait4(child, &status, 0, &usage);
  fmt::print("{}: at most {:.0f} MB of memory\n", what,
             static_cast<double>(usage.ru_maxrss) / 1024);
  if (status != 0) return broken_invariant("failed");
  return {};
}

Result<void> run(std::span<char*> arguments) {
  if (arguments.empty()) return invalid_input("usage: FOLDER [PREDICTIONS]");
  const fs::path folder = arguments[0];
  const double asked = arguments.size() > 1 ? parse_number(arguments[1]).value_or(0) : 1e6;
  const std::uint64_t rows = static_cast<std::uint64_t>(asked) / kPiece * kPiece;
  if (fs::exists(folder)) return conflict(folder.string() + ": is there already");
  fs::create_directories(folder);
  auto done = compare_rates(folder);
  if (done.ok() && rows > 0) {
    const fs::path million = folder / "million";
    done = measured("filling", [&] { return fill(million, rows); });
    if (done.ok()) done = measured("visiting", [&] { return visit(million, rows); });
    fmt::print("database: {} MB\n", fs::file_size(database_file(million / "store")) >> 20);
  }
  fs::remove_all(folder);
  return done;
}

}  // namespace
}  // namespace relearn

int main(int argc, char** argv) {
  const auto done = relearn::run(std::span(argv + 1, static_cast<std::size_t>(argc - 1)));
  if (done.ok()) return 0;
  fmt::print(stderr, "{}\n", done.error().message);
  return 2;
}
