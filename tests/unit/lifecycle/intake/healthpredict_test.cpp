// The Python platform's rows, from a stand-in for its database.
#include "lifecycle/intake/healthpredict.h"

#include <gmock/gmock.h>

#include "clinic.h"

namespace relearn {
namespace {

const std::string kBcrypt = "$2b$12$" + std::string(53, 'a');

class Rows final : public PlatformDatabase {
 public:
  Result<void> visit_users(const std::function<Result<void>(const PlatformUser&)>& visit) override {
    for (const PlatformUser& user : users) TRY(visit(user));
    return {};
  }
  Result<void> visit_predictions(
      const std::function<Result<void>(const PlatformPrediction&)>& visit) override {
    for (const PlatformPrediction& row : rows) TRY(visit(row));
    return {};
  }
  void add(std::string type, std::string inputs, std::string timestamp = "2024-03-11 10:20:30.5",
           std::int64_t user = 1) {
    rows.push_back({static_cast<std::int64_t>(rows.size()) + 1, user, std::move(type),
                    std::move(inputs), "82.4% Risk", std::move(timestamp)});
  }
  std::vector<PlatformUser> users;
  std::vector<PlatformPrediction> rows;
};

class HealthPredict : public Clinic {
 protected:
  HealthPredict() { rows_.users = {{1, "ana@example.org", kBcrypt, "Ana", false}}; }

  PlatformReport import(ImportedAdmins admins = ImportedAdmins::BecomePatients) {
    auto end =
        import_healthpredict(diseases_, rows_, file("users.db", "stand-in"), admins, ports());
    if (!end.ok()) throw std::runtime_error(end.error().message);
    EXPECT_FALSE(end.value().stopped);
    const PlatformReport& report = end.value().report;
    const ItemCounts& lines = report.rows.lines;
    EXPECT_EQ(lines.given, lines.added + lines.already_there + lines.refused + report.chat +
                               report.repeated + report.default_forms);
    EXPECT_EQ(report.users.given,
              report.users.added + report.users.already_there + report.users.refused);
    return report;
  }

  double input(std::string_view id) const {
    const auto& inputs = records_.everything().begin()->second.prediction.inputs;
    for (const auto& [name, value] : inputs) {
      if (name == id) return value;
    }
    return -1;
  }

  Rows rows_;
};

TEST_F(HealthPredict, WordsOfTheFormBecomeCodesByTheirMeaning) {
  rows_.add("Heart Disease",
            R"({"age": 61, "gender": "Male", "chest_pain": "Asymptomatic", "thal": "Normal",
                "slope": "Downsloping", "restecg": "Left Ventricular Hypertrophy", "fbs": "No"})");
  EXPECT_EQ(import().rows.lines.added, 1u);
  EXPECT_EQ(input("chest_pain_type"), 4) << "the old API sent 0";
  EXPECT_EQ(input("thallium_scan"), 3) << "the old API sent 1, a fixed defect";
  EXPECT_EQ(input("st_slope"), 3) << "the old API sent 2, a rising one";
  EXPECT_EQ(input("resting_ecg"), 2);
  EXPECT_EQ(input("sex"), 1);
  EXPECT_EQ(input("fasting_glucose_above_120_mg_per_dl"), 0);
}

TEST_F(HealthPredict, ANumberOfACodedFieldIsRefusedBecauseItsMeaningIsNotSure) {
  rows_.add("Heart Disease", R"({"age": 61, "gender": "Male", "chest_pain": 2})");
  const PlatformReport report = import();
  EXPECT_EQ(report.rows.lines.refused, 1u);
  EXPECT_THAT(report.rows.first_refused.at(0).because, testing::HasSubstr("its word is needed"));
}

TEST_F(HealthPredict, ItsModelsOutputIsShownTextAndNeverARiskOrAnOutcome) {
  rows_.add("Heart Disease", R"({"age": 61, "gender": "Male"})");
  rows_.add("Diabetes", R"({"age": 45, "pregnancies": 2})");
  import();
  ASSERT_EQ(records_.everything().size(), 2u);
  for (const auto& [id, stored] : records_.everything()) {
    EXPECT_FALSE(stored.prediction.risk);
    EXPECT_EQ(stored.prediction.model_version, "");
    EXPECT_EQ(stored.prediction.shown, "82.4% Risk");
    EXPECT_TRUE(stored.events.empty());
  }
}

TEST_F(HealthPredict, TheSentenceIsHistoryThoughAModelCouldNotLearnFromIt) {
  rows_.add("Heart Disease", "Age: 63, BP: 150, Chol: 240, BMI: 27.5");
  const PlatformReport report = import();
  EXPECT_EQ(report.rows.lines.added, 1u);
  EXPECT_EQ(report.incomplete, 1u) << "sex is not known";
  EXPECT_EQ(input("age_years"), 63);
  EXPECT_EQ(input("resting_systolic_bp_mmhg"), 150);
  EXPECT_EQ(input("total_cholesterol_mg_per_dl"), 240);
}

TEST_F(HealthPredict, ChatRepeatedAndUntouchedFormsAreCountedAndLeftOut) {
  rows_.add("Medical Bot", "what now?");
  rows_.add("Heart Disease", "Age: 50, BP: 120, Chol: 200, BMI: 25.0");
  rows_.add("Heart Disease", R"({"age": "50", "bp": 120.0, "chol": 200, "bmi": 25})");
  rows_.add("Heart Disease", R"({"age": 61, "gender": "Male"})");
  rows_.add("Heart Disease", R"({"gender": "Male", "age": 61.0})", "2025-01-01");
  const PlatformReport report = import();
  EXPECT_EQ(report.chat, 1u);
  EXPECT_EQ(report.default_forms, 2u) << "in both shapes";
  EXPECT_EQ(report.repeated, 1u);
  EXPECT_EQ(report.rows.lines.added, 1u);
}

TEST_F(HealthPredict, TheSameFormOfAnotherPersonIsNoRepetition) {
  rows_.users.push_back({2, "bea@example.org", kBcrypt, "Bea", false});
  rows_.add("Heart Disease", R"({"age": 61, "gender": "Male"})");
  rows_.add("Heart Disease", R"({"age": 61, "gender": "Male"})", "2024-03-11", 2);
  EXPECT_EQ(import().rows.lines.added, 2u);
}

TEST_F(HealthPredict, ASecondTimeNothingChanges) {
  rows_.add("Heart Disease", R"({"age": 61, "gender": "Male"})");
  rows_.add("Heart Disease", R"({"age": 62, "gender": "Male"})");
  import();
  const PlatformReport again = import();
  EXPECT_EQ(again.users.already_there, 1u);
  EXPECT_EQ(again.rows.lines.already_there, 2u);
  EXPECT_EQ(again.rows.lines.added, 0u);
  EXPECT_EQ(records_.everything().size(), 2u);
}

TEST_F(HealthPredict, OnlyBcryptIsKeptAndPlainTextIsNoPassword) {
  rows_.users.push_back({2, "plain@example.org", "hunter2", "", false});
  rows_.users.push_back({3, "none@example.org", "", "", false});
  rows_.users.push_back({4, "short@example.org", "$2b$12$short", "", false});
  const PlatformReport report = import();
  EXPECT_EQ(report.with_bcrypt, 1u);
  EXPECT_EQ(report.must_reset, 3u);
  const User ana = *people_.find_user("ana@example.org").take_value();
  EXPECT_EQ(ana.password, PasswordState::Legacy);
  EXPECT_EQ(ana.password_hash, kBcrypt);
  for (const char* email : {"plain@example.org", "none@example.org", "short@example.org"}) {
    const User user = *people_.find_user(email).take_value();
    EXPECT_EQ(user.password, PasswordState::MustReset);
    EXPECT_EQ(user.password_hash, "");
  }
}

TEST_F(HealthPredict, ItsAdministratorsArePatientsHereUnlessSomebodyAsks) {
  rows_.users.push_back({2, "boss@example.org", kBcrypt, "Boss", true});
  const PlatformReport report = import();
  EXPECT_THAT(report.admins, testing::ElementsAre("boss@example.org"));
  EXPECT_EQ(people_.find_user("boss@example.org").take_value()->role, Role::Patient);

  rows_.users.push_back({3, "chief@example.org", kBcrypt, "Chief", true});
  import(ImportedAdmins::StayAdmins);
  EXPECT_EQ(people_.find_user("chief@example.org").take_value()->role, Role::Admin);
  EXPECT_EQ(people_.find_user("boss@example.org").take_value()->role, Role::Patient)
      << "nobody who is here already gets another role";
}

TEST_F(HealthPredict, RowsThatCannotBeUnderstoodAreRefusedOneByOne) {
  rows_.users.push_back({2, "no address", kBcrypt, "", false});
  rows_.add("Heart Disease", R"({"age": 61, "gender": "Male", "shoe_size": 44})");
  rows_.add("Heart Disease", "hello");
  rows_.add("Heart Disease", R"({"age": [1, 2]})");
  rows_.add("Heart Disease", R"({"age": 610, "gender": "Male"})");
  rows_.add("Heart Disease", R"({"bmi": 25})");
  rows_.add("Gout", R"({"age": 61})");
  rows_.add("Diabetes", R"({"age": 45, "pregnancies": 2, "glucose": 6.1})");
  rows_.add("Diabetes", R"({"age": 45, "pregnancies": 2})", "2094-01-01");
  rows_.add("Diabetes", R"({"age": 45, "pregnancies": 2})", "yesterday");
  rows_.add("Diabetes", R"({"age": 45, "pregnancies": 2})", "2024-01-01", 2);
  rows_.add("Diabetes", R"({"age": 45, "pregnancies": 2})", "2024-01-01", 77);
  const PlatformReport report = import();
  EXPECT_EQ(report.users.refused, 1u);
  EXPECT_EQ(report.rows.lines.refused, 11u);
  EXPECT_EQ(report.rows.lines.added, 0u);
  EXPECT_TRUE(records_.everything().empty());
}

TEST_F(HealthPredict, AFullDiskIsTheEndAndTheCountsStillAddUp) {
  for (int i = 0; i < 4500; ++i) {
    rows_.add("Diabetes",
              R"({"age": 45, "pregnancies": 2, "bmi": )" + std::to_string(20 + i * 0.01) + "}");
  }
  records_.fail_from_write(2);
  const auto end = import_healthpredict(diseases_, rows_, file("users.db", "x"),
                                        ImportedAdmins::BecomePatients, ports());
  ASSERT_TRUE(end.ok());
  ASSERT_TRUE(end.value().stopped);
  EXPECT_EQ(end.value().report.rows.lines.given, 2000u);
  records_.fail_from_write(0);
  const PlatformReport rest = import();
  EXPECT_EQ(rest.rows.lines.already_there, 2000u);
  EXPECT_EQ(rest.rows.lines.added, 2500u);
}

}  // namespace
}  // namespace relearn
