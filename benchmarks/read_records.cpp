// How fast records are read and checked: invented people are written to a file and read again.
//
//   benchmark_read_records DISEASE.toml [ROWS]
//
// Prints two ratios against limits: the bare reader against 150 MB/s, reading and checking against
// 10 million rows a minute, both of processor time on one core; and peak memory against the values
// themselves. Fails when an answer is wrong.
#include <fmt/format.h>
#include <sys/resource.h>

#include <cmath>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <memory>

#include "base/csv.h"
#include "base/text.h"
#include "learning/cohort/baseline.h"
#include "learning/cohort/decimal.h"
#include "learning/cohort/synthetic.h"

namespace relearn {
namespace {

constexpr double kBytesPerSecond = 150e6;
constexpr double kRowsPerSecond = 10e6 / 60;

double processor_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double peak_megabytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

Result<void> write_people(const DiseaseFile& disease, std::uint64_t rows,
                          const std::filesystem::path& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "wb"),
                                                             std::fclose);
  if (!file) return unavailable(path.string() + ": cannot be written");
  const CancelToken cancel;
  const auto write = [&](std::string_view piece) -> Result<void> {
    if (std::fwrite(piece.data(), 1, piece.size(), file.get()) == piece.size()) return {};
    return unavailable(path.string() + ": cannot be written");
  };
  const double start = processor_seconds();
  TRY(synthesize(disease, rows, 1, write, cancel));
  const double seconds = processor_seconds() - start;
  fmt::print("written     {} rows in {:.1f} s, {:.0f} rows/s\n", rows, seconds,
             static_cast<double>(rows) / seconds);
  return {};
}

/// All fields as numbers, nothing kept. The number of rows.
Result<std::uint64_t> read_bare(const std::filesystem::path& path) {
  CsvReader reader(TRY(open_file_source(path)), path.string());
  std::uint64_t rows = 0, bytes = 0, numbers = 0;
  const double start = processor_seconds();
  while (TRY(reader.next())) {
    ++rows;
    bytes += reader.text().size() + 1;
    for (const std::string_view field : reader.fields())
      numbers += parse_decimal(field).has_value();
  }
  const double rate = static_cast<double>(bytes) / (processor_seconds() - start);
  fmt::print("bare reader {} numbers, {:.0f} MB/s, {:.2f} x the limit of {:.0f} MB/s\n", numbers,
             rate / 1e6, rate / kBytesPerSecond, kBytesPerSecond / 1e6);
  return rows;
}

Result<void> run(std::span<char*> arguments) {
  if (arguments.empty()) return invalid_input("usage: DISEASE.toml [ROWS]");
  const DiseaseFile disease = TRY(load_disease_file(arguments[0]));
  const double asked = arguments.size() > 1 ? parse_number(arguments[1]).value_or(0) : 1e6;
  if (!(asked >= 1)) return invalid_input("ROWS must be a number above 0");
  const auto rows = static_cast<std::uint64_t>(asked);
  const auto path = std::filesystem::temp_directory_path() / "benchmark_read_records.csv";
  TRY(write_people(disease, rows, path));
  if (TRY(read_bare(path)) != rows + 2) return broken_invariant("the bare reader lost rows");

  const CancelToken cancel;
  const double start = processor_seconds();
  const SourceReading reading = TRY(read_source(disease, path, "", cancel));
  const double seconds = processor_seconds() - start;
  std::filesystem::remove(path);
  if (reading.counts.rows != rows || !reading.synthetic) {
    return broken_invariant("the file was not read as it was written");
  }
  const double values =
      static_cast<double>(rows * disease.predictors.size() * sizeof(float)) / 1048576;
  fmt::print("checked     {} accepted, {} copies, {:.1f} s, {:.0f} rows/s, {:.1f} x the limit\n",
             reading.counts.accepted, reading.counts.duplicates, seconds,
             static_cast<double>(rows) / seconds,
             static_cast<double>(rows) / seconds / kRowsPerSecond);
  fmt::print("memory      {:.0f} MB at most, {:.2f} x the values alone\n", peak_megabytes(),
             peak_megabytes() / values);
  return {};
}

}  // namespace
}  // namespace relearn

int main(int argc, char** argv) {
  const auto done = relearn::run(std::span(argv + 1, static_cast<std::size_t>(argc - 1)));
  if (done.ok()) return 0;
  fmt::print(stderr, "{}\n", done.error().message);
  return 2;
}
