// A model goes live only when a fresh process has replayed its very bytes: what is damaged, another
// model's, or judged by a process that died, hung or lied, is refused with one sentence, and
// nothing is written.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <thread>

#include "base/digest.h"
#include "base/file.h"
#include "lifecycle/replay/fresh_process.h"
#include "lifecycle/training/bundle.h"
#include "lifecycle/training/training.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using testing::HasSubstr;

constexpr std::uint64_t kFileBytesMax = 64 << 20;
constexpr std::size_t kDigestSize = 64;  // at the end of a model file

/// Model and golden cases of a small job, trained on invented people.
Bundle trained(const std::string& id, const std::string& family) {
  const DiseaseFile disease =
      load_disease_file(fs::path(RELEARN_SOURCE_DIR) / "diseases" / (id + ".toml")).take_value();
  TrainingJob job;
  job.search = {.families = {family}};
  job.code_version = "test";
  NoProgress progress;
  const CancelToken never;
  const auto record = train(disease, job, {}, {never, never}, progress).take_value();
  return make_bundle(disease, record).take_value();
}

class ReplayFaults : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    good_ = trained("heart", "logistic");
    other_ = trained("heart", "boosting");
  }
  void SetUp() override {
    folder_ = fs::temp_directory_path() / fmt::format("relearn_replay_{}", ::getpid());
    fs::remove_all(folder_);
    lay(good_.model, good_.golden);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void lay(const std::string& model, const std::string& golden) {
    ASSERT_TRUE(write_file_atomically(folder_ / kReplayedModel, model).ok());
    ASSERT_TRUE(write_file_atomically(folder_ / kReplayedGolden, golden).ok());
  }
  std::map<std::string, std::string> contents() const {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      all[entry.path().filename().string()] =
          sha256(read_file(entry.path(), kFileBytesMax).take_value());
    }
    return all;
  }
  Result<ReplayCertificate> run(ChildProgram program, const std::string& digest) {
    const auto before = contents();
    auto certificate = replay_in_fresh_process(std::move(program), folder_, digest, cancel_);
    EXPECT_EQ(contents(), before);
    return certificate;
  }
  Result<ReplayCertificate> run_real(const std::string& digest) {
    return run(replay_program(RELEARN_PROGRAM), digest);
  }
  std::string why_refused(const std::string& digest) {
    const auto certificate = run_real(digest);
    if (certificate.ok()) return "passes";
    EXPECT_EQ(certificate.error().kind, ErrorKind::BrokenInvariant);
    EXPECT_EQ(certificate.error().message.find('\n'), std::string::npos);
    return certificate.error().message;
  }

  static inline Bundle good_, other_;
  fs::path folder_;
  CancelToken cancel_;
};

TEST_F(ReplayFaults, a_good_model_of_each_kind_passes_and_its_certificate_is_the_same_each_time) {
  for (const Bundle* bundle : {&good_, &other_}) {
    lay(bundle->model, bundle->golden);
    const auto certificate = run_real(sha256(bundle->model));
    ASSERT_TRUE(certificate.ok()) << certificate.error().message;
    EXPECT_EQ(certificate.value().cases, 1000u);
    EXPECT_EQ(certificate.value().model_digest, sha256(bundle->model));
    EXPECT_EQ(certificate_json(certificate.value()),
              certificate_json(run_real(sha256(bundle->model)).take_value()));
    EXPECT_THAT(certificate_json(certificate.value()), HasSubstr(sha256(bundle->golden)));
  }
}

TEST_F(ReplayFaults, one_flipped_bit_is_refused_wherever_it_is) {
  constexpr std::size_t kPlaces = 24;
  for (std::size_t place = 0; place < kPlaces; ++place) {
    std::string model = good_.model;
    const std::size_t at = place * (model.size() - 1) / (kPlaces - 1);
    model[at] = static_cast<char>(model[at] ^ (1 << place % 8));
    lay(model, good_.golden);
    EXPECT_THAT(why_refused(sha256(good_.model)), HasSubstr("does not pass its replay: ")) << at;
    // And if its digest at the end is made to fit, and this very file is asked for.
    model.replace(model.size() - kDigestSize, kDigestSize, std::string(kDigestSize, '0'));
    model.replace(model.size() - kDigestSize, kDigestSize, sha256(model));
    if (model == good_.model) continue;  // the bit was in the digest
    lay(model, good_.golden);
    EXPECT_THAT(why_refused(sha256(model)), HasSubstr("does not pass its replay: ")) << at;
  }
}

TEST_F(ReplayFaults, golden_cases_of_another_model_or_half_of_them_are_refused) {
  lay(good_.model, other_.golden);
  EXPECT_THAT(why_refused(sha256(good_.model)),
              HasSubstr("the golden cases are those of the model " + sha256(other_.model)));
  lay(good_.model, good_.golden.substr(0, good_.golden.size() / 2));
  EXPECT_THAT(why_refused(sha256(good_.model)), HasSubstr("no file of golden cases"));
  lay(other_.model, good_.golden);
  EXPECT_THAT(why_refused(sha256(good_.model)), HasSubstr("asked for was " + sha256(good_.model)));
}

TEST_F(ReplayFaults, a_missing_file_is_not_found) {
  fs::remove(folder_ / kReplayedGolden);
  const auto certificate =
      replay_in_fresh_process(replay_program(RELEARN_PROGRAM), folder_, "", cancel_);
  ASSERT_FALSE(certificate.ok());
  EXPECT_THAT(certificate.error().message, HasSubstr(kReplayedGolden));
}

/// What a false replay does, and what is said of it.
struct Fault {
  const char* mode;
  const char* says;
  ErrorKind kind = ErrorKind::BrokenInvariant;
  milliseconds wall_max{60'000};
};

class FalseReplay : public ReplayFaults, public ::testing::WithParamInterface<Fault> {};

TEST_P(FalseReplay, IsToldInOneSentenceAndTheModelDoesNotPass) {
  ChildProgram program = replay_program(RELEARN_FAKE_TRAINER);
  program.arguments = {GetParam().mode, folder_.string()};
  program.wall_max = GetParam().wall_max;
  program.cpu_max = std::chrono::seconds(1);
  const auto certificate = run(program, sha256(good_.model));
  ASSERT_FALSE(certificate.ok());
  EXPECT_THAT(certificate.error().message, HasSubstr(GetParam().says));
  EXPECT_EQ(certificate.error().message.find('\n'), std::string::npos);
  EXPECT_EQ(certificate.error().kind, GetParam().kind) << certificate.error().message;
}

constexpr ErrorKind kOutside = ErrorKind::Unavailable;
const Fault kFaults[] = {
    {"false_certificate", "its certificate is of other files or limits"},
    {"nonsense", "the replay wrote garbage on its standard output"},
    {"endless_line", "garbage on its standard output: a line of more than 65536 bytes"},
    {"certificate_outside_sandbox", "standard output: it works outside its sandbox"},
    {"certificate_and_more", "standard output: it went on after its last word"},
    {"only_sandbox", "its process ended without a word"},
    {"hanging", "the replay", kOutside, milliseconds(300)},
    {"busy", "the replay used more processor time than its limit of 1 s", kOutside},
    {"crash", "the replay crashed (SIGABRT): its last words; the model was not replayed"},
    {"failing", "the replay failed with exit code 9: it did not like the weather", kOutside},
    {"stopped_by_others", "the replay was killed (SIGTERM)", kOutside},
};
INSTANTIATE_TEST_SUITE_P(Each, FalseReplay, ::testing::ValuesIn(kFaults),
                         [](const auto& one) { return std::string(one.param.mode); });

TEST_F(ReplayFaults, a_cancelled_replay_ends_at_once) {
  ChildProgram program = replay_program(RELEARN_FAKE_TRAINER);
  program.arguments = {"hanging", folder_.string()};
  std::thread later([&] {
    std::this_thread::sleep_for(milliseconds(100));
    cancel_.request();
  });
  const auto certificate = run(program, sha256(good_.model));
  later.join();
  ASSERT_FALSE(certificate.ok());
  EXPECT_EQ(certificate.error().kind, ErrorKind::Cancelled);
}

}  // namespace
}  // namespace relearn
