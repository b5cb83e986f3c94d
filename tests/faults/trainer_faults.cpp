// The trainer dies, hangs, lies or spoils: its parent says so in one sentence, and nothing else has
// changed. RELEARN_KILLS asks for more kills at random moments than the fast slice has.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "base/digest.h"
#include "base/file.h"
#include "base/random.h"
#include "base/text.h"
#include "learning/cohort/synthetic.h"
#include "lifecycle/retrain/retrain.h"
#include "lifecycle/training/bundle.h"
#include "lifecycle/training/training.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr const char* kCodeVersion = "test";
constexpr std::uint64_t kFileBytesMax = 64 << 20;

DiseaseFile disease_file(const std::string& id) {
  return load_disease_file(fs::path(RELEARN_SOURCE_DIR) / "diseases" / (id + ".toml")).take_value();
}

/// A small job: one family on invented people.
SearchOptions small_search() { return {.families = {"logistic"}}; }

/// Every file below a folder with the digest of its bytes; a link with where it points.
std::map<std::string, std::string> contents(const fs::path& folder) {
  std::map<std::string, std::string> all;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    std::string what = "a folder";
    if (entry.is_symlink()) {
      what = fs::read_symlink(entry.path()).string();
    } else if (entry.is_regular_file()) {
      what = sha256(read_file(entry.path(), kFileBytesMax).take_value());
    }
    all[entry.path().lexically_relative(folder).string()] = what;
  }
  return all;
}

class TrainerFaults : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    suite_ = fs::temp_directory_path() / fmt::format("relearn_faults_{}", ::getpid());
    write_good_bundle("diabetes");
    write_good_bundle("heart");
  }
  static void TearDownTestSuite() {
    std::error_code ec;
    fs::remove_all(suite_, ec);
  }
  static void write_good_bundle(const std::string& id) {
    const DiseaseFile disease = disease_file(id);
    TrainingJob job;
    job.search = small_search();
    job.code_version = kCodeVersion;
    NoProgress progress;
    const CancelToken cancel;
    const auto record = train(disease, job, suite_, {cancel, cancel}, progress).take_value();
    const Bundle bundle = make_bundle(disease, record).take_value();
    ASSERT_TRUE(write_bundle(bundle, bundle_of(id)).ok());
  }
  static fs::path bundle_of(const std::string& id) { return suite_ / ("bundle_" + id); }

  /// A folder of models as an earlier night left it.
  void SetUp() override {
    models_ = suite_ / "models";
    fs::remove_all(models_);
    for (const char* name : {"diabetes_model.sav", "diabetes_model.report.html",
                             "diabetes_model.report.json", "heart_disease_model.sav"}) {
      ASSERT_TRUE(write_file_atomically(models_ / name, std::string("old ") + name).ok());
    }
    before_ = contents(models_);
  }

  RetrainRequest request() const {
    return {.disease = disease_,
            .search = small_search(),
            .out = models_,
            .code_version = kCodeVersion};
  }
  static ChildProgram false_trainer(const std::string& mode,
                                    const std::string& bundle = "diabetes") {
    ChildProgram trainer;
    trainer.program = RELEARN_FAKE_TRAINER;
    trainer.arguments = {mode, bundle_of(bundle).string()};
    trainer.wall_max = std::chrono::seconds(120);
    return trainer;
  }
  Result<RetrainRecord> run(const ChildProgram& trainer) {
    return retrain(request(), trainer, cancel_, progress_);
  }
  void expect_unchanged() const { EXPECT_EQ(contents(models_), before_); }
  void expect_published(const RetrainRecord& record) const {
    EXPECT_EQ(sha256(read_file(models_ / "diabetes_model.sav", kFileBytesMax).take_value()),
              record.model_digest);
    const auto now = contents(models_);
    EXPECT_EQ(now.size(), before_.size());
    EXPECT_EQ(now.at("heart_disease_model.sav"), before_.at("heart_disease_model.sav"));
  }

  static inline fs::path suite_;
  const DiseaseFile disease_ = disease_file("diabetes");
  fs::path models_;
  std::map<std::string, std::string> before_;
  CancelToken cancel_;
  NoProgress progress_;
};

/// A trainer's mode, and what its parent says.
struct Fault {
  const char* mode;
  const char* says;
  ErrorKind kind = ErrorKind::BrokenInvariant;
  const char* bundle = "diabetes";
  milliseconds silence_max{60'000};  // a busy machine is not a hanging trainer
};

class FalseTrainer : public TrainerFaults, public ::testing::WithParamInterface<Fault> {};

TEST_P(FalseTrainer, IsToldInOneSentenceAndNothingElseHasChanged) {
  const Fault& fault = GetParam();
  ChildProgram trainer = false_trainer(fault.mode, fault.bundle);
  trainer.silence_max = fault.silence_max;
  trainer.file_bytes_max = std::uint64_t{32} << 20;
  trainer.cpu_max = std::chrono::seconds(1);
  const auto record = run(trainer);
  ASSERT_FALSE(record.ok());
  EXPECT_NE(record.error().message.find(fault.says), std::string::npos) << record.error().message;
  EXPECT_EQ(record.error().message.find('\n'), std::string::npos);
  EXPECT_EQ(record.error().kind, fault.kind) << record.error().message;
  expect_unchanged();
}

constexpr ErrorKind kOutside = ErrorKind::Unavailable;
const Fault kFaults[] = {
    {"truncated", "candidate.sav is refused: "},
    {"changed_byte", "candidate.sav is refused: "},
    {"empty", "candidate.sav is refused: "},
    {"oversize", "candidate.sav is refused: it holds 17825792 bytes, the limit is 16777216"},
    {"good", "candidate.sav is refused: its disease is 'heart', asked for was 'diabetes'",
     ErrorKind::BrokenInvariant, "heart"},
    {"other_report", "report.json is refused: it is about another model"},
    {"script_page", "report.html is refused: it does not begin with the policy"},
    {"terminal_commands", "summary.txt is refused: it holds control characters"},
    {"other_reference", "reference.json is refused: its counts do not add up to its people"},
    {"other_golden", "golden.json is refused: golden case 1 is the patient"},
    {"missing_file", "report.html is refused: No such file or directory"},
    {"symbolic_link", "candidate.sav is refused: it is a symbolic link"},
    {"hard_link", "report.html is refused: it is no plain file of its own"},
    {"named_pipe", "report.json is refused: it is no plain file of its own"},
    {"folder_link", "folder is refused: "},
    {"nonsense", "the trainer wrote garbage on its standard output: 'Segmentation fault"},
    {"endless_line", "garbage on its standard output: a line of more than 65536 bytes"},
    {"terminal_progress", "garbage on its standard output: "},
    {"no_sandbox", "garbage on its standard output: it works outside its sandbox"},
    {"talks_on", "garbage on its standard output: it went on after its last word"},
    {"half_line", "garbage on its standard output: its last line does not end"},
    {"no_last_word", "the trainer ended without saying that it was done"},
    {"hanging", "the trainer said nothing for 0.3 s and was ended; it hangs", kOutside, "diabetes",
     milliseconds(300)},
    {"busy", "the trainer used more processor time than its limit of 1 s", kOutside},
    {"crash", "the trainer crashed (SIGABRT): its last words; nothing was published"},
    {"failing", "the trainer failed with exit code 9: it did not like the weather", kOutside},
    {"stopped_by_others", "the trainer was killed (SIGTERM)", kOutside},
    {"writes_much", "the trainer wrote a file larger than its limit of 32 MiB", kOutside},
};
INSTANTIATE_TEST_SUITE_P(Each, FalseTrainer, ::testing::ValuesIn(kFaults), [](const auto& one) {
  return std::string(one.param.mode) + "_" + one.param.bundle;
});

TEST_F(TrainerFaults, AGoodBundleOfTheSameTrainerIsPublished) {
  const auto record = run(false_trainer("good"));
  ASSERT_TRUE(record.ok()) << record.error().message;
  expect_published(record.value());
}

TEST_F(TrainerFaults, AFolderThatTheTrainerHasClosedGoesAwayToo) {
  const auto record = run(false_trainer("closed_folder"));
  if (::geteuid() != 0) {
    ASSERT_FALSE(record.ok());
    expect_unchanged();
  } else {
    EXPECT_EQ(contents(models_).size(), before_.size());
  }
}

TEST_F(TrainerFaults, ALongRunIsEnded) {
  ChildProgram trainer = false_trainer("deaf");
  trainer.wall_max = milliseconds(400);
  const auto record = run(trainer);
  ASSERT_FALSE(record.ok());
  EXPECT_EQ(record.error().message,
            "the trainer ran longer than its limit of 0.4 s and was ended; nothing was published");
  expect_unchanged();
}

TEST_F(TrainerFaults, ATrainerWithoutMemoryNamesItsLimit) {
  if (!kMemoryIsLimited) GTEST_SKIP() << "the sanitizers forbid a limit of memory";
  ChildProgram trainer = false_trainer("hungry");
  trainer.memory_bytes_max = std::uint64_t{256} << 20;
  const auto record = run(trainer);
  ASSERT_FALSE(record.ok());
  EXPECT_EQ(record.error().message,
            "the trainer needs more memory than its limit of 256 MiB; nothing was published");
  expect_unchanged();
}

TEST_F(TrainerFaults, WhatATrainerHasStartedEndsWithIt) {
  const auto record = run(false_trainer("parent_of_others"));
  ASSERT_TRUE(record.ok()) << record.error().message;
  std::this_thread::sleep_for(std::chrono::seconds(3));  // its child would have spoilt the model
  expect_published(record.value());
}

TEST_F(TrainerFaults, AProgramThatIsNotThereIsNamed) {
  ChildProgram trainer = false_trainer("good");
  trainer.program = suite_ / "nothing";
  const auto record = run(trainer);
  ASSERT_FALSE(record.ok());
  EXPECT_NE(record.error().message.find("cannot be started: No such file"), std::string::npos)
      << record.error().message;
  expect_unchanged();
}

TEST_F(TrainerFaults, ATrainerThatDoesNotListenIsStoppedWithinASecond) {
  steady_clock::time_point asked;
  std::jthread user([&] {
    std::this_thread::sleep_for(milliseconds(300));
    asked = steady_clock::now();
    cancel_.request();
  });
  const auto record = run(false_trainer("deaf"));
  const auto took = steady_clock::now() - asked;
  ASSERT_FALSE(record.ok());
  EXPECT_EQ(record.error().kind, ErrorKind::Cancelled);
  EXPECT_LT(took, milliseconds(1000));
  expect_unchanged();
}

// From here on: the real trainer.

TEST_F(TrainerFaults, TheRealTrainerPublishesTheBytesThatThisProcessWouldMake) {
  const auto record = run(trainer_program(RELEARN_PROGRAM));
  ASSERT_TRUE(record.ok()) << record.error().message;
  expect_published(record.value());
  EXPECT_EQ(read_file(models_ / "diabetes_model.sav", kFileBytesMax).value(),
            read_file(bundle_of("diabetes") / kCandidateModel, kFileBytesMax).value());
}

TEST_F(TrainerFaults, ACohortFileIsLearntFromAndTheReportTellsWhereItCameFrom) {
  RetrainRequest with_cohort = request();
  const auto append = [&](std::string_view text) -> Result<void> {
    with_cohort.cohort_file += text;
    return {};
  };
  ASSERT_TRUE(synthesize(disease_, 300, 5, append, cancel_).ok());
  with_cohort.funnel_json = R"([{"label":"found","count":1234},{"label":"used","count":300}])";
  with_cohort.privacy_json = R"({"sentence":"Nobody is <one> of fewer than 5.","k_reached":6})";
  const auto record = retrain(with_cohort, trainer_program(RELEARN_PROGRAM), cancel_, progress_);
  ASSERT_TRUE(record.ok()) << record.error().message;
  const ModelFacts& facts = record.value().facts;
  EXPECT_NE(std::ranges::find(facts, std::pair<std::string, std::string>(
                                         "snapshot", sha256(with_cohort.cohort_file))),
            facts.end());
  const std::string page = read_file(models_ / "diabetes_model.report.html", kFileBytesMax).value();
  EXPECT_NE(page.find("<tr><td>found</td><td>1234</td></tr>"), std::string::npos);
  EXPECT_NE(page.find("<p>Nobody is &lt;one&gt; of fewer than 5.</p>"), std::string::npos);
  EXPECT_NE(page.find("<tr><td>k reached</td><td>6</td></tr>"), std::string::npos);
  const auto report = nlohmann::json::parse(record.value().report);
  EXPECT_EQ(report.at("funnel").at(0).at("count"), 1234);
  EXPECT_EQ(report.at("privacy").at("k_reached"), 6);
  EXPECT_NE(record.value().summary.find("cohort.csv: 300 rows"), std::string::npos);
}

TEST_F(TrainerFaults, TheErrorOfABadFileCrossesTheBorderAsItWas) {
  const fs::path empty = suite_ / "empty.csv";
  ASSERT_TRUE(write_file_atomically(empty, "").ok());
  RetrainRequest bad = request();
  bad.files = {empty};
  const auto record = retrain(bad, trainer_program(RELEARN_PROGRAM), cancel_, progress_);
  ASSERT_FALSE(record.ok());
  EXPECT_EQ(record.error().kind, ErrorKind::InvalidInput);
  EXPECT_EQ(record.error().message,
            empty.string() + ": is empty (0 bytes); was the download interrupted?");
  expect_unchanged();
}

TEST_F(TrainerFaults, ADiseaseFileThatChangesMeanwhileIsNoticed) {
  const fs::path copy = suite_ / "diabetes.toml";
  fs::copy_file(disease_.path, copy, fs::copy_options::overwrite_existing);
  const DiseaseFile disease = load_disease_file(copy).value();
  const std::string text = read_file(copy, kFileBytesMax).value();
  ASSERT_TRUE(write_file_atomically(copy, text + "\n").ok());
  const RetrainRequest late{.disease = disease, .search = small_search(), .out = models_};
  const auto record = retrain(late, trainer_program(RELEARN_PROGRAM), cancel_, progress_);
  ASSERT_FALSE(record.ok());
  EXPECT_EQ(record.error().kind, ErrorKind::Conflict);
  expect_unchanged();
}

TEST_F(TrainerFaults, TheRealTrainerWithoutMemoryNamesItsLimit) {
  if (!kMemoryIsLimited) GTEST_SKIP() << "the sanitizers forbid a limit of memory";
  // From too little to be loaded, over too little for threads, up to nearly enough.
  int refused = 0;
  for (const std::uint64_t megabytes : {16, 48, 72, 80, 88, 96, 128}) {
    ChildProgram trainer = trainer_program(RELEARN_PROGRAM);
    trainer.memory_bytes_max = megabytes << 20;
    const auto record = run(trainer);
    if (record.ok()) break;
    ++refused;
    EXPECT_NE(record.error().message.find("memory"), std::string::npos)
        << megabytes << " MiB: " << record.error().message;
    expect_unchanged();
  }
  EXPECT_GT(refused, 0);
}

TEST_F(TrainerFaults, TheRealTrainerStopsWithinASecondOfCtrlC) {
  RetrainRequest long_job = request();
  long_job.search = {.grid = Grid::Notebooks, .repeats = 20};
  for (const int wait_ms : {20, 200, 1200}) {
    CancelToken cancel;
    steady_clock::time_point asked;
    std::jthread user([&] {
      std::this_thread::sleep_for(milliseconds(wait_ms));
      asked = steady_clock::now();
      cancel.request();
    });
    const auto record = retrain(long_job, trainer_program(RELEARN_PROGRAM), cancel, progress_);
    ASSERT_FALSE(record.ok());
    EXPECT_EQ(record.error().kind, ErrorKind::Cancelled);
    EXPECT_EQ(record.error().message, "stopped on request; nothing was written");
    EXPECT_LT(steady_clock::now() - asked, milliseconds(1000)) << "asked after " << wait_ms;
    expect_unchanged();
  }
}

TEST_F(TrainerFaults, AFullDiskIsNamedAndLeavesTheOldModel) {
  const fs::path small = suite_ / "small_disk";
  fs::create_directories(small);
  if (::mount("none", small.c_str(), "tmpfs", 0, "size=64k") != 0) {
    GTEST_SKIP() << "mounting a small disk needs root";
  }
  ASSERT_TRUE(write_file_atomically(small / "diabetes_model.sav", "old").ok());
  const auto old = contents(small);
  RetrainRequest there = request();
  there.out = small;
  const auto record = retrain(there, trainer_program(RELEARN_PROGRAM), cancel_, progress_);
  EXPECT_EQ(contents(small), old);
  ::umount(small.c_str());
  ASSERT_FALSE(record.ok());
  EXPECT_EQ(record.error().kind, ErrorKind::Unavailable);
  EXPECT_NE(record.error().message.find("No space left on device"), std::string::npos)
      << record.error().message;
}

TEST_F(TrainerFaults, AFileLimitOfTheRealTrainerIsNamed) {
  ChildProgram trainer = trainer_program(RELEARN_PROGRAM);
  trainer.file_bytes_max = 4096;
  const auto record = run(trainer);
  ASSERT_FALSE(record.ok());
  EXPECT_NE(record.error().message.find("wrote a file larger than its limit"), std::string::npos)
      << record.error().message;
  expect_unchanged();
}

/// The child of this process that is not a zombie, or -1.
pid_t running_child() {
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const auto pid = parse_number(entry.path().filename().string());
    if (!pid) continue;
    std::FILE* stat = std::fopen((entry.path() / "stat").c_str(), "r");
    if (stat == nullptr) continue;
    int parent = 0;
    char state = 'Z';
    const int fields = std::fscanf(stat, "%*d (%*[^)]) %c %d", &state, &parent);
    std::fclose(stat);
    if (fields == 2 && parent == ::getpid() && state != 'Z') return static_cast<pid_t>(*pid);
  }
  return -1;
}

std::uint64_t kills_asked(std::uint64_t fast) {
  const char* text = std::getenv("RELEARN_KILLS");
  const auto number = text == nullptr ? std::nullopt : parse_number(text);
  return number ? static_cast<std::uint64_t>(*number) : fast;
}

TEST_F(TrainerFaults, ATrainerKilledAtAnyMomentIsToldAndHasPublishedNothing) {
  const auto started = steady_clock::now();
  ASSERT_TRUE(run(trainer_program(RELEARN_PROGRAM)).ok());
  const auto whole =
      std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - started);
  const std::uint64_t kills = kills_asked(12);
  std::uint64_t killed = 0;
  Random random(derive_seed(3, "kill the trainer"));
  for (std::uint64_t i = 0; i < kills; ++i) {
    SetUp();
    std::jthread killer([&, wait = random.below(static_cast<std::uint64_t>(whole.count()))] {
      std::this_thread::sleep_for(std::chrono::microseconds(wait));
      if (const pid_t child = running_child(); child > 0) ::kill(child, SIGKILL);
    });
    const auto record = run(trainer_program(RELEARN_PROGRAM));
    killer.join();
    if (record.ok()) {
      expect_published(record.value());
      continue;
    }
    ++killed;
    EXPECT_NE(record.error().message.find("the trainer was killed (SIGKILL)"), std::string::npos)
        << record.error().message;
    expect_unchanged();
  }
  EXPECT_GT(killed, kills / 2);
}

/// Runs the program as a person does; its end is the caller's business.
pid_t start_retrain(const fs::path& models) {
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  const std::string diseases = (fs::path(RELEARN_SOURCE_DIR) / "diseases").string();
  const std::string out = models.string();
  if (std::freopen("/dev/null", "w", stdout) == nullptr) std::_Exit(1);
  ::execl(RELEARN_PROGRAM, RELEARN_PROGRAM, "retrain", "diabetes", "--families", "logistic",
          "--diseases", diseases.c_str(), "--out", out.c_str(), nullptr);
  std::_Exit(1);
}

/// Whether a process works on this folder: a trainer, or one that was just about to become one.
bool somebody_works_on(const fs::path& models) {
  for (const auto& entry : fs::directory_iterator("/proc")) {
    std::FILE* file = std::fopen((entry.path() / "cmdline").c_str(), "r");
    if (file == nullptr) continue;
    std::string words(4096, '\0');
    words.resize(std::fread(words.data(), 1, words.size(), file));
    std::fclose(file);
    if (words.find(models.string()) != std::string::npos) return true;
  }
  return false;
}

std::size_t job_folders(const fs::path& models) {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(models)) {
    count += entry.path().filename().string().starts_with(".job-");
  }
  return count;
}

TEST_F(TrainerFaults, AParentThatIsKilledTakesItsTrainerAlongAndTheNextOneClearsUp) {
  const std::uint64_t kills = kills_asked(6);
  Random random(derive_seed(4, "kill the parent"));
  std::size_t left_behind = 0;
  for (std::uint64_t i = 0; i < kills; ++i) {
    SetUp();
    const pid_t parent = start_retrain(models_);
    std::this_thread::sleep_for(milliseconds(30 + random.below(400)));
    ::kill(parent, SIGKILL);
    ::waitpid(parent, nullptr, 0);
    const auto until = steady_clock::now() + milliseconds(1000);
    while (somebody_works_on(models_) && steady_clock::now() < until) {
      std::this_thread::sleep_for(milliseconds(5));
    }
    EXPECT_FALSE(somebody_works_on(models_));
    left_behind += job_folders(models_);
    // Whatever it had published, it had published whole.
    const auto record = run(trainer_program(RELEARN_PROGRAM));
    ASSERT_TRUE(record.ok()) << record.error().message;
    EXPECT_EQ(job_folders(models_), 0u);
  }
  EXPECT_GT(left_behind, 0u) << "no kill came while a job was there: the test shows nothing";
}

TEST_F(TrainerFaults, TheFolderOfAnotherRunningRetrainIsLeftAlone) {
  const pid_t other = start_retrain(models_);
  const auto until = steady_clock::now() + std::chrono::seconds(20);
  while (job_folders(models_) == 0 && steady_clock::now() < until) {
    std::this_thread::sleep_for(milliseconds(1));
  }
  const auto record = run(false_trainer("good"));
  EXPECT_TRUE(record.ok()) << record.error().message;
  int status = 0;
  ::waitpid(other, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_EQ(job_folders(models_), 0u);
}

}  // namespace
}  // namespace relearn
