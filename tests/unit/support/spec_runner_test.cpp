#include "support/spec_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"

namespace relearn {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

SpecFile parsed(std::string_view text) {
  auto file = parse_spec(text);
  EXPECT_TRUE(file.ok()) << file.error().message;
  return file.ok() ? file.take_value() : SpecFile{};
}

std::string refusal(std::string_view text) {
  const auto file = parse_spec(text);
  return file.ok() ? "accepted" : file.error().message;
}

std::vector<std::string> words(const SpecCase& one) {
  std::vector<std::string> all;
  for (const SpecCommand& command : one.commands) all.push_back(command.word());
  return all;
}

// The drafts that the format was made for.

TEST(SpecFile, ReadsThreeNightsOfRetraining) {
  const SpecFile file = parsed(
      "# Diabetes within 5 years: an ordinary weekly retrain replaces a weaker model.\n"
      "disease   diabetes\n"
      "patients  synthetic seed=7 count=4000 event_rate=8%\n"
      "live      v12 auroc=0.81 slope=0.97\n"
      "\n"
      "retrain   family=boosted_trees\n"
      "----\n"
      "read          4000 patients, 61240 observations\n"
      "auroc         0.82..0.86 live 0.81\n"
      "worst group   age 80 and over: auroc 0.76..0.82\n"
      "\n"
      "# The same night again changes nothing: no version is burned.\n"
      "retrain   family=boosted_trees\n"
      "----\n"
      "verdict       keep v13\n"
      "\n"
      "# A new laboratory reports glucose in mmol/L instead of mg/dL.\n"
      "patients  change glucose unit=mmol/L\n"
      "retrain   family=boosted_trees\n"
      "----\n"
      "stopped at    check\n"
      "error         glucose: 3981 of 4000 values below 20 mg/dL; mmol/L?\n");
  ASSERT_EQ(file.cases.size(), 3u);
  EXPECT_EQ(file.cases[0].title,
            "Diabetes within 5 years: an ordinary weekly retrain replaces a weaker model.");
  EXPECT_THAT(words(file.cases[0]), ElementsAre("disease", "patients", "live", "retrain"));
  EXPECT_THAT(file.cases[0].expected, ElementsAre(7, 8, 9));
  SpecCommand patients = file.cases[0].commands[1];
  EXPECT_EQ(patients.text(0), "synthetic");
  EXPECT_EQ(patients.argument("event_rate"), "8%");
  EXPECT_EQ(patients.line(), 3);
  EXPECT_EQ(file.cases[1].title, "The same night again changes nothing: no version is burned.");
  EXPECT_THAT(words(file.cases[2]), ElementsAre("patients", "retrain"));
  const auto error = spec_label_and_value(file.lines[21]);
  ASSERT_TRUE(error.ok());
  EXPECT_EQ(error.value().first, "error");
  EXPECT_EQ(error.value().second, "glucose: 3981 of 4000 values below 20 mg/dL; mmol/L?");
}

TEST(SpecFile, ReadsThePolicyAsATable) {
  const SpecFile file = parsed(
      "policy    auroc_gain=0.01 slope=0.80..1.20 worst_group_auroc=0.75 events=100\n"
      "decide\n"
      "----\n"
      "events  auroc  live  slope  worst   verdict   because\n"
      "222     0.84   –     1.02   0.79    ask       first version of this disease\n"
      "60      0.84   0.81  1.02   0.79    keep      60 events, policy asks 100\n");
  ASSERT_EQ(file.cases.size(), 1u);
  SpecCommand policy = file.cases[0].commands[0];
  EXPECT_EQ(policy.argument("slope"), "0.80..1.20");
  EXPECT_THAT(spec_cells(file.lines[4]), ElementsAre("222", "0.84", "–", "1.02", "0.79", "ask",
                                                     "first version of this disease"));
}

TEST(SpecFile, ReadsTwoRecordsWithQuotedValues) {
  const SpecFile file = parsed(
      "record    name=\"Maria Gonzalez\" mrn=00482913 born=1931-04-02 postcode=94110\n"
      "record    note=\"daughter Ana, 415-555-0134, reports chest pain\"\n"
      "----\n"
      "age        90 and over    (ages above 89 are grouped)\n"
      "day 0      admitted       (dates become days)\n");
  ASSERT_EQ(file.cases.size(), 1u);
  SpecCommand first = file.cases[0].commands[0];
  SpecCommand second = file.cases[0].commands[1];
  EXPECT_EQ(first.argument("name"), "Maria Gonzalez");
  EXPECT_EQ(first.argument("mrn"), "00482913");
  EXPECT_EQ(second.argument("note"), "daughter Ana, 415-555-0134, reports chest pain");
  EXPECT_EQ(spec_label_and_value(file.lines[4]).value().first, "day 0");
}

TEST(SpecFile, ReadsWhoMayDoWhat) {
  const SpecFile file = parsed(
      "as        nobody\n"
      "GET       /v1/models\n"
      "----\n"
      "status    401\n"
      "\n"
      "as        clinician\n"
      "POST      /v1/predictions disease=diabetes age_years=61\n"
      "----\n"
      "risk      0.22..0.24\n"
      "audit     prediction.made ×1\n");
  ASSERT_EQ(file.cases.size(), 2u);
  EXPECT_EQ(file.cases[0].title, "GET");
  SpecCommand post = file.cases[1].commands[1];
  EXPECT_EQ(post.text(0), "/v1/predictions");
  EXPECT_EQ(post.argument("age_years"), "61");
}

TEST(SpecFile, ReadsMetricAndDiseaseTables) {
  const SpecFile metric = parsed(
      "# auroc: chance that a case has a higher risk than a non-case; ties count one half.\n"
      "# Source: Hanley & McNeil 1982, Radiology 143:29-36.\n"
      "auroc\n"
      "----\n"
      "risks            outcomes   value\n"
      "0.2 0.4          1 1        undefined: one class only\n");
  EXPECT_THAT(metric.cases.at(0).title, HasSubstr("auroc: chance"));
  EXPECT_THAT(spec_cells(metric.lines[5]),
              ElementsAre("0.2 0.4", "1 1", "undefined: one class only"));
  const SpecFile disease = parsed(
      "disease   diabetes\n"
      "accept\n"
      "----\n"
      "predictor           given        becomes\n"
      "glucose_mg_per_dl   6.5 mg/dL    refused: below 20 mg/dL; is it in mmol/L?\n");
  EXPECT_EQ(spec_cells(disease.lines[4]).size(), 3u);
}

TEST(SpecFile, RefusesWhatWouldCheckNothing) {
  EXPECT_EQ(refusal("decide\n----\n\n"), "line 2: nothing is expected below '----'");
  EXPECT_EQ(refusal("a\n----\nb  1\n\ndecide\n"),
            "line 5: a command without '----' below it checks nothing");
  EXPECT_EQ(refusal("----\nb  1\n"), "line 1: '----' without a command above it");
  EXPECT_EQ(refusal("say \"it\n"), "line 1: a quote is opened and not closed");
  EXPECT_EQ(refusal("a\tb\n"), "line 1: has a tab; only spaces are read");
}

TEST(SpecValue, ComparesNumbersByValueAndWordsAsTheyAre) {
  EXPECT_TRUE(spec_matches("0.50 live", "0.5 live"));
  EXPECT_TRUE(spec_matches("37 patients (31), 6%", "37 patients (31), 6%"));
  EXPECT_FALSE(spec_matches("0.5", "0.50001"));
  EXPECT_FALSE(spec_matches("keep v13", "keep v14"));
  EXPECT_FALSE(spec_matches("keep", "keep v13"));
}

TEST(SpecValue, ARangeAcceptsBothEndsAndNothingBeyond) {
  EXPECT_TRUE(spec_matches("0.82..0.86 live 0.81", "0.82 live 0.81"));
  EXPECT_TRUE(spec_matches("(0.82..0.86)", "(0.86)"));
  EXPECT_TRUE(spec_matches("-0.2..0.1", "-0.15"));
  EXPECT_FALSE(spec_matches("0.82..0.86", "0.8601"));
  EXPECT_FALSE(spec_matches("0.82..0.86", "undefined"));
  EXPECT_FALSE(spec_matches("0.82..0.86", "nan"));
}

TEST(SpecValue, ARangeMovesOnlyIfItMustAndKeepsItsWidth) {
  EXPECT_EQ(spec_rewritten("0.82..0.86 live 0.81", "0.83 live 0.80"), "0.82..0.86 live 0.80");
  EXPECT_EQ(spec_rewritten("0.82..0.86 live", "0.90 live"), "0.88..0.92 live");
  EXPECT_EQ(spec_rewritten("keep v13", "publish as v14"), "publish as v14");
}

// A little language to run: `add` prepares, `sum` answers, `double` fills a table.
class SpecRunnerTest : public testing::Test {
 protected:
  SpecRunnerTest() {
    runner_.add_command("sums", "add", [](SpecCommand& command, SpecState& state) {
      const auto number = parse_number(command.text(0));
      if (!number) return Result<SpecAnswer>(invalid_input("add needs a number"));
      state.of<double>() += *number;
      return Result<SpecAnswer>(SpecAnswer{});
    });
    runner_.add_command("sums", "sum", [](SpecCommand&, SpecState& state) -> Result<SpecAnswer> {
      const double sum = state.of<double>();
      if (sum < 0) return invalid_input("the sum is negative");
      return SpecAnswer{{"sign", "positive"}, {"sum", std::to_string(sum)}, {"more", "nothing"}};
    });
    runner_.add_table("sums", "double", [](SpecCommand&, SpecRow& row, SpecState&) {
      return Result<SpecAnswer>(
          SpecAnswer{{"twice", std::to_string(2 * parse_number(row.cell("number")).value_or(0))}});
    });
  }

  std::vector<std::string> failures(std::string_view text) {
    return runner_.run("x.sums", text).failures;
  }

  SpecRunner runner_;
};

TEST_F(SpecRunnerTest, StateGoesOnFromCaseToCase) {
  EXPECT_THAT(failures("add 2\nsum\n----\nsum  2\n\nadd 3\nsum\n----\nsum  5\n"), IsEmpty());
}

TEST_F(SpecRunnerTest, OnlyTheLinesGivenAreCheckedInTheirOrder) {
  EXPECT_THAT(failures("add 2\nsum\n----\nsign  positive\nmore  nothing\n"), IsEmpty());
  EXPECT_THAT(failures("add 2\nsum\n----\nmore  nothing\nsign  positive\n"),
              ElementsAre(HasSubstr("x.sums:5: sum: expected \"sign\" here")));
}

TEST_F(SpecRunnerTest, AFailureSaysWhereWhatAndWhatCame) {
  const SpecReport report = runner_.run("x.sums", "# Two.\nadd 2\nsum\n----\nsum    3\n");
  EXPECT_THAT(report.failures,
              ElementsAre("x.sums:5: Two.: sum\n    expected  3\n    got       2.000000"));
  EXPECT_EQ(report.updated, "# Two.\nadd 2\nsum\n----\nsum    2.000000\n");
}

TEST_F(SpecRunnerTest, TheErrorOfTheLastCommandIsAnAnswerOfAnotherAFailure) {
  EXPECT_THAT(failures("add -2\nsum\n----\nerror  the sum is negative\n"), IsEmpty());
  EXPECT_THAT(failures("add x\nsum\n----\nsum  0\n"),
              ElementsAre("x.sums:1: sum: add needs a number"));
}

TEST_F(SpecRunnerTest, ComparesTablesCellByCellAndRewritesThemAligned) {
  EXPECT_THAT(failures("double\n----\nnumber  twice\n2   4\n3   5..7\n"), IsEmpty());
  const SpecReport report = runner_.run("x.sums", "double\n----\nnumber  twice\n2  5\n");
  EXPECT_THAT(report.failures, ElementsAre(HasSubstr("x.sums:4: double: twice")));
  EXPECT_EQ(report.updated, "double\n----\nnumber   twice\n2        4.000000\n");
}

TEST_F(SpecRunnerTest, NothingPassesUnnoticed) {
  EXPECT_THAT(failures("# only words\n"), ElementsAre("x.sums: holds no case"));
  EXPECT_THAT(failures("multiply 2\nsum\n----\nsum  0\n"),
              ElementsAre(HasSubstr("unknown command \"multiply\"")));
  EXPECT_THAT(failures("add 2 base=7\nsum\n----\nsum  2\n"),
              ElementsAre(HasSubstr("add does not know \"base=7\"")));
  EXPECT_THAT(failures("double\n----\nnumber  twise\n2  4\n"),
              ElementsAre(HasSubstr("column \"twise\" is neither read nor answered")));
  EXPECT_THAT(failures("double\n----\nnumber\n2\n"),
              ElementsAre(HasSubstr("every column is read, so nothing is checked")));
  EXPECT_THAT(failures("double\n----\nnumber  twice\n"),
              ElementsAre(HasSubstr("a table without rows")));
}

}  // namespace
}  // namespace relearn
