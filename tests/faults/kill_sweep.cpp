// SIGKILL at random moments of the commands that write: imports of predictions and outcomes,
// retrains, rollbacks. Afterwards nothing that was acknowledged is lost, nothing is there twice,
// the registry holds together, and the model in place is a whole one.
//
// RELEARN_KILLS=10000 build/release/tests/kill_sweep      the whole sweep; without it a fast slice
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "base/digest.h"
#include "base/file.h"
#include "base/random.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using std::chrono::microseconds;

constexpr std::uint64_t kKillsFast = 40;
constexpr std::uint64_t kLines = 60;         // of an imported file
constexpr std::uint64_t kRoundsAStore = 25;  // then a fresh one: killed while it is made, too
constexpr std::uint64_t kOutputBytesMax = 8 << 20;
constexpr const char* kStandardInput = "in.txt";  // of every command

std::uint64_t kills_wanted() {
  const char* const asked = std::getenv("RELEARN_KILLS");
  return asked == nullptr ? kKillsFast : std::strtoull(asked, nullptr, 10);
}

struct Ended {
  int exit_code = -1;  // -1: killed
  std::string out, err;
  microseconds took{0};
};

/// The program in a scratch folder of its own, with its own store and key.
class Program {
 public:
  explicit Program(fs::path folder) : folder_(std::move(folder)) {
    fs::create_directories(folder_);
  }

  /// Runs to the end, or is killed after `kill_after`.
  Ended run(std::vector<std::string> arguments, std::optional<microseconds> kill_after = {}) const {
    for (const char* option : {"--store", "store", "--key", "key", "--json", "--diseases",
                               RELEARN_SOURCE_DIR "/diseases"}) {
      arguments.emplace_back(option);
    }
    const fs::path out = folder_ / "out.txt", err = folder_ / "err.txt";
    for (const fs::path& file : {out, err}) std::ofstream(file, std::ios::trunc).flush();
    const auto started = std::chrono::steady_clock::now();
    const pid_t child = ::fork();
    if (child == 0) become(arguments, out, err);
    if (kill_after) {
      std::this_thread::sleep_for(*kill_after);
      ::kill(child, SIGKILL);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    Ended ended;
    ended.took =
        std::chrono::duration_cast<microseconds>(std::chrono::steady_clock::now() - started);
    if (WIFEXITED(status)) ended.exit_code = WEXITSTATUS(status);
    ended.out = read_file(out, kOutputBytesMax).take_value();
    ended.err = read_file(err, kOutputBytesMax).take_value();
    return ended;
  }

  void write(const std::string& name, std::string_view text) const {
    ASSERT_TRUE(write_file_atomically(folder_ / name, text).ok());
  }
  const fs::path& folder() const { return folder_; }

 private:
  [[noreturn]] void become(const std::vector<std::string>& arguments, const fs::path& out,
                           const fs::path& err) const {
    const int told = ::open(out.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
    const int said = ::open(err.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
    const int in = ::open((folder_ / kStandardInput).c_str(), O_CREAT | O_RDONLY, 0600);
    if (told < 0 || said < 0 || in < 0 || ::chdir(folder_.c_str()) != 0) ::_exit(99);
    ::dup2(in, 0);
    ::dup2(told, 1);
    ::dup2(said, 2);
    std::vector<char*> argv = {const_cast<char*>("relearn")};
    for (const std::string& argument : arguments)
      argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    ::execv(RELEARN_PROGRAM, argv.data());
    ::_exit(98);
  }

  fs::path folder_;
};

class KillSweep : public testing::Test {
 protected:
  KillSweep() : program_(fs::temp_directory_path() / fmt::format("relearn-kills-{}", ::getpid())) {}
  ~KillSweep() override { fs::remove_all(program_.folder()); }

  /// A moment within what the whole command takes, or a little after.
  microseconds random_moment(microseconds whole) {
    return microseconds(random_.below(static_cast<std::uint64_t>(whole.count() * 11 / 10) + 1));
  }

  Program program_;
  Random random_{20261124};
};

std::string predictions_file(std::uint64_t round) {
  std::string text = "made_at,person,prediction_ref,pregnancies,age_years,glucose_2h_mg_per_dl\n";
  for (std::uint64_t i = 0; i < kLines; ++i) {
    text += fmt::format("2025-01-10,clinic/{}-{},visit,{},{},{}\n", round, i, i % 5, 25 + i % 50,
                        80 + (i * 7) % 110);
  }
  return text;
}

/// Ill when the glucose is high, so that the tests on arrival find nothing.
std::string outcomes_file(std::uint64_t round) {
  std::string text = "person,prediction_ref,outcome,reference_standard,observed_on,contributor\n";
  for (std::uint64_t i = 0; i < kLines; ++i) {
    text += fmt::format("clinic/{}-{},visit,{},hba1c,2025-03-01,doctor {}\n", round, i,
                        (80 + (i * 7) % 110) > 130 ? "yes" : "no", i % 4);
  }
  return text;
}

struct Counts {
  std::uint64_t given = 0, added = 0, already = 0, refused = 0;
};

/// From an import's report; nothing when there is no whole report.
std::optional<Counts> counts_of(const std::string& out) {
  const Json report = Json::parse(out, nullptr, false);
  if (report.is_discarded() || !report.contains("lines")) return std::nullopt;
  const Json& lines = report["lines"];
  return Counts{lines["given"], lines["added"], lines["already_there"], lines["refused"]};
}

// One import after another, each killed once and then said again to its end.
TEST_F(KillSweep, an_import_that_was_killed_and_said_again_has_each_line_once) {
  microseconds whole{200'000};
  const std::uint64_t kills = std::max<std::uint64_t>(kills_wanted() * 9 / 20, 4);
  std::uint64_t hit = 0, acknowledged = 0;
  for (std::uint64_t round = 0; round < kills; ++round) {
    if (round % kRoundsAStore == 0) {
      fs::remove_all(program_.folder());
      fs::create_directories(program_.folder());
    }
    program_.write("predictions.csv", predictions_file(round));
    program_.write("outcomes.csv", outcomes_file(round));
    for (const char* kind : {"predictions", "outcomes"}) {
      const std::vector<std::string> command = {kind, "import", fmt::format("{}.csv", kind)};
      const Ended killed = program_.run(command, random_moment(whole));
      const auto told = counts_of(killed.out);
      hit += killed.exit_code == -1 ? 1 : 0;
      acknowledged += told ? 1 : 0;
      const Ended again = program_.run(command);
      const auto counts = counts_of(again.out);
      ASSERT_EQ(again.exit_code, 0) << kind << " " << round << ": " << again.err;
      ASSERT_TRUE(counts.has_value()) << again.out;
      ASSERT_EQ(counts->refused, 0u) << again.out;
      ASSERT_EQ(counts->added + counts->already, kLines) << again.out;
      // One file of this size is one transaction: all of it or nothing; all, once it was told.
      ASSERT_TRUE(counts->already == 0 || counts->already == kLines) << again.out;
      if (told) {
        ASSERT_EQ(counts->already, kLines) << "acknowledged and lost: " << killed.out;
      }
      whole = std::max(again.took, microseconds(1000));
    }
  }
  fmt::print("{} imports, {} killed before their end, {} had told their report\n", 2 * kills, hit,
             acknowledged);
  EXPECT_GT(hit, 0u) << "a sweep that kills nothing shows nothing";
}

/// Digest of the model in place; empty when there is none.
std::string model_in_place(const Program& program) {
  const auto bytes = read_file(program.folder() / "models" / "diabetes_model.sav", kOutputBytesMax);
  return bytes.ok() ? sha256(bytes.value()) : std::string();
}

/// The version that is live, as the registry says; 0: none.
std::int64_t live_version(const Program& program) {
  const Json list = Json::parse(program.run({"models", "live", "diabetes"}).out, nullptr, false);
  return list.is_array() && !list.empty() ? list[0].value("version", std::int64_t{0}) : 0;
}

std::vector<std::string> retrain_command(std::uint64_t seed) {
  return {"retrain",  "diabetes", "--data", "base.csv", "--families",
          "logistic", "--folds",  "2",      "--seed",   fmt::format("{}", seed)};
}

std::vector<std::string> rollback_command(std::int64_t version) {
  return {"models", "rollback", "diabetes", fmt::format("{}", version), "--reason", "sweep"};
}

/// Two versions, both live once; the digests of their models.
void make_two_versions(const Program& program, std::string (&digests)[2]) {
  program.write(kStandardInput, "a long enough password\n");
  ASSERT_EQ(
      program
          .run({"user", "add", "--email", "a@example.org", "--role", "admin", "--password-stdin"})
          .exit_code,
      0);
  for (const std::int64_t version : {1, 2}) {
    const Ended made = program.run(retrain_command(static_cast<std::uint64_t>(version)));
    ASSERT_EQ(made.exit_code, 0) << made.err;
    if (live_version(program) != version) {
      const Json attempts = Json::parse(program.run({"models", "list", "diabetes"}).out);
      const auto last = attempts.back().at("attempt").get<std::int64_t>();
      const Ended forced =
          program.run({"models", "force", "diabetes", fmt::format("{}", last), "--by",
                       "a@example.org", "--password-stdin", "--reason", "sweep"});
      ASSERT_EQ(forced.exit_code, 0) << forced.err;
    }
    ASSERT_EQ(live_version(program), version);
    digests[version - 1] = model_in_place(program);
  }
  ASSERT_NE(digests[0], digests[1]);
}

// A killed command leaves one version live, whole, and a registry in which every byte is accounted
// for; the next command puts in place what is live.
TEST_F(KillSweep, a_killed_retrain_or_rollback_leaves_one_whole_version_live) {
  const std::uint64_t kills = std::max<std::uint64_t>(kills_wanted() / 10, 6);
  program_.write("predictions.csv", predictions_file(0));
  program_.write("outcomes.csv", outcomes_file(0));
  ASSERT_EQ(program_.run({"data", "synthesize", "diabetes", "--rows", "300", "--out", "base.csv"})
                .exit_code,
            0);
  // Invented and real people are never mixed; for this test the invented ones say they are real.
  const std::string base = read_file(program_.folder() / "base.csv", kOutputBytesMax).take_value();
  program_.write("base.csv", base.substr(base.find('\n') + 1));
  ASSERT_EQ(program_.run({"predictions", "import", "predictions.csv"}).exit_code, 0);
  ASSERT_EQ(program_.run({"outcomes", "import", "outcomes.csv"}).exit_code, 0);
  std::string digests[2];
  ASSERT_NO_FATAL_FAILURE(make_two_versions(program_, digests));
  microseconds retrain_takes = program_.run(retrain_command(1)).took, rollback_takes{200'000};
  std::uint64_t hit = 0, moved = 0;
  for (std::uint64_t round = 0; round < kills; ++round) {
    const std::int64_t before = live_version(program_), other = 3 - before;
    const bool retrains = round % 2 == 0;
    const Ended killed =
        program_.run(retrains ? retrain_command(1 + round) : rollback_command(other),
                     random_moment(retrains ? retrain_takes : rollback_takes));
    hit += killed.exit_code == -1 ? 1 : 0;
    const std::int64_t now = live_version(program_);
    ASSERT_TRUE(now == 1 || now == 2) << "round " << round;
    moved += now != before ? 1 : 0;
    if (!retrains && killed.exit_code == 0) {
      ASSERT_EQ(now, other);
      ASSERT_EQ(model_in_place(program_), digests[now - 1]) << "live and not in place";
    }
    ASSERT_EQ(program_.run({"models", "show", "diabetes"}).exit_code, 0) << "round " << round;
    const Ended verified = program_.run({"ledger", "verify"});
    ASSERT_EQ(verified.exit_code, 0) << verified.err;
    // What was left behind is in nobody's way.
    const std::int64_t back = 3 - now;
    const Ended rolled = program_.run(rollback_command(back));
    ASSERT_EQ(rolled.exit_code, 0) << rolled.err;
    ASSERT_EQ(model_in_place(program_), digests[back - 1]);
    rollback_takes = std::max(rolled.took, microseconds(1000));
  }
  const Ended last = program_.run(retrain_command(1));
  ASSERT_EQ(last.exit_code, 0) << last.err;
  for (const char* const folder : {"models", "store/bundles"}) {
    for (const auto& entry : fs::directory_iterator(program_.folder() / folder)) {
      EXPECT_FALSE(entry.path().filename().string().starts_with(".job-")) << "left: " << entry;
    }
  }
  fmt::print("{} retrains and rollbacks, {} killed before their end, {} times another was live\n",
             kills, hit, moved);
  EXPECT_GT(hit, 0u) << "a sweep that kills nothing shows nothing";
}

}  // namespace
}  // namespace relearn
