// Full disks, Ctrl-C, broken files: what was taken in stays, the counts add up, and the same
// command goes on from there.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "clinic.h"

namespace relearn {
namespace {

class ImportFailure : public Clinic {};

TEST_F(ImportFailure, AFullDiskStopsAtTheLastWholeChunkAndTheSameFileFinishesLater) {
  const ImportRequest request{file("v.csv", std::string(kVisits) + visits(0, 5001)), "", "", ""};
  records_.fail_from_write(3);
  const ImportEnd stopped = predictions(request);
  ASSERT_TRUE(stopped.stopped);
  EXPECT_EQ(stopped.stopped->kind, ErrorKind::Unavailable);
  EXPECT_EQ(stopped.report.lines.added, 4000u);
  EXPECT_EQ(records_.everything().size(), 4000u);
  expect_adds_up(stopped.report);

  records_.fail_from_write(0);
  const ImportEnd rest = predictions(request);
  EXPECT_FALSE(rest.stopped);
  EXPECT_EQ(rest.report.lines.already_there, 4000u);
  EXPECT_EQ(rest.report.lines.added, 1001u);
  EXPECT_EQ(records_.everything().size(), 5001u);
  expect_adds_up(rest.report);
}

TEST_F(ImportFailure, AFullDiskBetweenPredictionsAndTheirOutcomesLosesNoCount) {
  std::string text =
      "made_at,person,pregnancies,age_years,outcome,reference_standard,observed_on,contributor\n";
  for (int i = 0; i < 10; ++i) {
    text += "2026-01-10,p" + std::to_string(i) + ",1,30,yes,hba1c,2026-02-10,lab\n";
  }
  const ImportRequest request{file("both.csv", text), "", "", ""};
  records_.fail_from_write(2);  // the events
  const ImportEnd stopped = predictions(request);
  ASSERT_TRUE(stopped.stopped);
  EXPECT_EQ(stopped.report.lines.added, 10u);
  EXPECT_EQ(stopped.report.outcomes.given, 0u);
  expect_adds_up(stopped.report);

  records_.fail_from_write(0);
  const ImportEnd rest = predictions(request);
  EXPECT_EQ(rest.report.lines.already_there, 10u);
  EXPECT_EQ(rest.report.outcomes.added, 10u) << "the outcomes of lines that were there come in";
  EXPECT_EQ(records_.count_records("diabetes").take_value().confirmed, 10u);
}

TEST_F(ImportFailure, CtrlCStopsBetweenChunks) {
  cancel_.request();
  const ImportEnd end =
      predictions({file("v.csv", std::string(kVisits) + visits(0, 5000)), "", "", ""});
  ASSERT_TRUE(end.stopped);
  EXPECT_EQ(end.stopped->kind, ErrorKind::Cancelled);
  EXPECT_EQ(end.report.lines.added, 2000u);
  EXPECT_EQ(records_.everything().size(), 2000u);
  expect_adds_up(end.report);
}

TEST_F(ImportFailure, AQuoteThatIsNeverClosedEndsTheFileButKeepsWhatStoodBefore) {
  const ImportEnd end = predictions(
      {file("v.csv", std::string(kVisits) + visits(0, 3) + "2026-01-10,\"p9,visit,1,30\n"), "", "",
       ""});
  ASSERT_TRUE(end.stopped);
  EXPECT_EQ(end.stopped->kind, ErrorKind::InvalidInput);
  EXPECT_THAT(end.stopped->message, testing::HasSubstr("line 5"));
  EXPECT_EQ(records_.everything().size(), 3u);
  expect_adds_up(end.report);
}

TEST_F(ImportFailure, RefusedLinesAreKeptByteForByteForTheirOwnerOnly) {
  const std::string bad = "2026-01-10,\"person, with a comma\",visit,1,300\r\n";
  const std::string header = "made_at,person,prediction_ref,pregnancies,age_years\r\n";
  ImportRequest request{file("v.csv", header + visits(0, 2, "\r\n") + bad + visits(2, 2, "\r\n")),
                        "", "", scratch_.path() / "set" / "aside.csv"};
  const ImportEnd end = predictions(request);
  EXPECT_EQ(end.report.lines.refused, 1u);
  EXPECT_EQ(read_file(request.quarantine, 1 << 20).take_value(), header + bad);
  struct stat status {};
  ASSERT_EQ(::stat(request.quarantine.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);

  request.file = request.quarantine;
  request.quarantine = scratch_.path() / "again.csv";
  predictions(request);
  EXPECT_EQ(read_file(request.quarantine, 1 << 20).take_value(), header + bad)
      << "what was refused can be sent again";
}

TEST_F(ImportFailure, NothingRefusedMakesNoFile) {
  const auto aside = scratch_.path() / "aside.csv";
  predictions({file("v.csv", std::string(kVisits) + visits(0, 2)), "", "", aside});
  EXPECT_FALSE(std::filesystem::exists(aside));
  EXPECT_FALSE(std::filesystem::exists(aside.string() + ".unfinished"));
}

TEST_F(ImportFailure, AnOutcomeThatIsRefusedKeepsItsLineAndItsPrediction) {
  const std::string header =
      "made_at,person,pregnancies,age_years,outcome,reference_standard,observed_on\n";
  const std::string bad = "2026-01-10,p1,1,30,perhaps,hba1c,2026-02-10\n";
  const auto aside = scratch_.path() / "aside.csv";
  const ImportEnd end = predictions({file("b.csv", header + bad), "", "lab", aside});
  EXPECT_EQ(end.report.lines.added, 1u);
  EXPECT_EQ(end.report.outcomes.refused, 1u);
  EXPECT_EQ(read_file(aside, 1 << 20).take_value(), header + bad);

  const std::string mended = "2026-01-10,p1,1,30,yes,hba1c,2026-02-10\n";
  const ImportEnd again = predictions({file("b.csv", header + mended), "", "lab", ""});
  EXPECT_EQ(again.report.lines.already_there, 1u);
  EXPECT_EQ(again.report.outcomes.added, 1u);
}

}  // namespace
}  // namespace relearn
