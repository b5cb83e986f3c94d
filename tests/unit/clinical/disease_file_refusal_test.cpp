// One thing of a good file is broken at a time; the message must name the place and the value.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "clinical/disease_file.h"
#include "disease_text.h"

namespace relearn {
namespace {

struct Refusal {
  std::string name;
  std::string_view part;
  std::string_view replacement;
  std::string_view message;  // from "line" on; the number of the line is left out
};

void PrintTo(const Refusal& refusal, std::ostream* out) { *out << refusal.name; }

class RefusedDiseaseFile : public testing::TestWithParam<Refusal> {};

TEST_P(RefusedDiseaseFile, NamesThePlaceAndTheValue) {
  const Refusal& refusal = GetParam();
  const auto loaded = load_text(with(small_disease(), refusal.part, refusal.replacement));
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().kind, ErrorKind::InvalidInput);
  EXPECT_THAT(loaded.error().message, testing::StartsWith("gout.toml line "));
  EXPECT_THAT(loaded.error().message, testing::HasSubstr(std::string(refusal.message)));
}

const Refusal kRefusals[] = {
    {"not_toml", "format = 1", "format = = 1", "not TOML"},
    // The parser library asserts on this when it is compiled into a program without NDEBUG.
    {"strange_table_name", "[[rules]]", "[[~rules]]", "not TOML"},
    {"another_format", "format = 1", "format = 2", "format 2 is not known"},
    {"a_date", "version = 3", "version = 2020-01-01", "a date or time has no place"},
    {"wrong_type", "version = 3", "version = \"3\"", "key \"version\" must be a whole number"},
    {"unknown_key_at_the_top", "version = 3", "version = 3\nverison = 4",
     "unknown key \"verison\""},
    {"unknown_key_of_a_predictor", "group_above = 89", "group_over = 89",
     "predictor age_years: unknown key \"group_over\""},
    {"missing_key", "kind = \"integer\"\n", "", "predictor age_years: key \"kind\" is missing"},
    {"unknown_kind", "kind = \"integer\"", "kind = \"whole\"",
     "predictor age_years: key \"kind\" is \"whole\", it must be one of integer"},
    {"duplicate_predictor", "id = \"urate_low_mg_per_dl\"", "id = \"age_years\"",
     "duplicate id \"age_years\" in predictors"},
    {"identifier_with_capitals", "id = \"joint\"", "id = \"Joint\"", "id \"Joint\" must be"},
    {"predictor_called_person", "id = \"joint\"", "id = \"person\"", "id \"person\" must be"},
    {"predictor_called_weight", "id = \"joint\"", "id = \"weight\"", "id \"weight\" must be"},
    {"outcome_called_year", "id = \"gout_confirmed\"", "id = \"year\"", "names a predictor too"},
    {"missing_translation", "label = { en = \"Age\", mr = \"वय\" }", "label = { en = \"Age\" }",
     "predictor age_years: key \"label\" lacks the language mr"},
    {"empty_translation", "mr = \"वय\"", "mr = \" \"", "has no text in the language mr"},
    {"strange_language", "mr = \"वय\"", "mr = \"वय\", English = \"Age\"",
     "\"English\" in \"label\" is not a language code"},
    {"limits_out_of_order", "hard = [18, 120]", "hard = [120, 18]",
     "predictor age_years: limits of \"hard\" are out of order: 120 is above 18"},
    {"infinite_limit", "hard = [18, 120]", "hard = [18, inf]", "\"hard\" must be two numbers"},
    {"soft_outside_hard", "soft = [30, 80]", "soft = [10, 80]",
     "soft limits 10 to 80 reach outside the hard limits 18 to 120"},
    {"group_outside_limits", "group_above = 89", "group_above = 120", "would become 121"},
    {"code_outside_limits", "missing = \"impute_with_indicator\"",
     "missing = \"impute_with_indicator\"\nhard = [1, 1]",
     "predictor joint: code 2 (knee) is outside the hard limits 1 to 1"},
    {"duplicate_code", "{ value = 2, word", "{ value = 1, word", "code 1 is not above"},
    {"duplicate_word", "aliases = [\"big toe\"]", "aliases = [\"Knee\"]",
     "\"knee\" is a number or names two codes"},
    {"word_that_is_a_number", "aliases = [\"big toe\"]", "aliases = [\"2\"]",
     "\"2\" is a number or names two codes"},
    {"one_code_only",
     "  { value = 2, word = \"knee\", label = { en = \"Knee\", mr = \"गुडघा\" } },\n", "",
     "must list two codes at least"},
    {"binary_with_other_codes", "kind = \"category\"", "kind = \"binary\"",
     "exactly the codes 0 and 1"},
    {"unknown_unit", "unit = \"a\"", "unit = \"years\"", "unknown unit \"years\""},
    {"unknown_accepted_unit", "ucum = \"umol/L\", factor", "ucum = \"umol/litre\", factor",
     "unknown unit \"umol/litre\""},
    {"same_unit_twice", "ucum = \"umol/L\", factor", "ucum = \"mg/dL\", factor",
     "unit \"mg/dL\" is there twice"},
    {"factor_zero", "factor = 0.01681", "factor = 0", "factor 0"},
    {"trap_inside_limits", "low = 31, high", "low = 20, high",
     "20 to 1700 overlaps the hard limits 0.5 to 30"},
    {"trap_with_unaccepted_unit", "likely_unit = \"umol/L\"", "likely_unit = \"mmol/L\"",
     "unknown unit \"mmol/L\": it is not among the accepted units"},
    {"trap_that_explains_nothing", "low = 31, high = 1700", "low = 5000, high = 9000",
     "would not be possible values either"},
    {"anchor_without_direction", "direction = 1\n", "", "an anchor needs a direction"},
    {"direction_two", "direction = 1\n", "direction = 2\n", "direction 2 must be -1, 0 or 1"},
    {"unknown_policy", "missing = \"reject\"", "missing = \"drop\"", "\"drop\", it must be one of"},
    {"loinc_check_digit", "30525-0", "30525-1", "\"30525-1\" is no LOINC number"},
    {"rule_with_unknown_predictor", "urate_low_mg_per_dl <= urate_mg_per_dl",
     "urate_low <= urate_mg_per_dl", "unknown predictor \"urate_low\""},
    {"rule_without_comparison", "urate_low_mg_per_dl <= urate_mg_per_dl",
     "urate_low_mg_per_dl + urate_mg_per_dl", "a comparison (<=, >=, <, >) is missing"},
    {"rule_without_must", "must = [\"urate_low_mg_per_dl <= urate_mg_per_dl\"]\n", "",
     "a rule needs \"must\" or \"never\""},
    {"rule_with_unknown_action", "action = \"quarantine\"", "action = \"stop\"",
     "\"stop\", it must be one of warn, quarantine"},
    {"subgroup_of_unknown_predictor", "predictor = \"age_years\"\nrange",
     "predictor = \"years\"\nrange", "subgroup: unknown predictor \"years\""},
    {"subgroup_outside_limits", "range = [60, 120]", "range = [60, 130]",
     "60 to 130 reaches outside the limits 18 to 120 of age_years"},
    {"thresholds_out_of_order", "moderate = 0.1", "moderate = 0.5",
     "0 < moderate (0.5) < decision (0.4) < 1 does not hold"},
    {"tier_unknown", "tier_at_most = \"clinical\"", "tier_at_most = \"gold\"", "\"gold\", it must"},
    {"auroc_below_half", "anticipated_auroc = 0.8", "anticipated_auroc = 0.4",
     "0.4 is not between"},
    {"privacy_version_zero", "[privacy]\nversion = 2", "[privacy]\nversion = 0",
     "privacy: version 0 must be 1 or more"},
    {"card_without_a_text", "fairness = { en", "fairnes = { en",
     "card: key \"fairness\" is missing"},
    {"card_without_a_translation", "users = { en = \"users\", mr", "users = { en = \"users\", hi",
     "card: key \"users\" lacks the language mr"},
    {"card_names_no_input", "date_of_birth = [\"age_years\"]", "date_of_birth = [\"age\"]",
     "card: demographic_inputs: \"age\" in \"date_of_birth\" is no predictor that models see"},
    {"card_names_an_unknown_kind", "date_of_birth = [", "birthday = [",
     "card: demographic_inputs: unknown key \"birthday\""},
    {"plan_without_a_section", "[plan.floors]", "[plan.flaws]",
     "plan: table \"floors\" is missing"},
    {"unknown_key_of_a_plan", "days_between_min = 7", "days_between_min = 7\nnights = 3",
     "plan: unknown key \"nights\""},
    {"unknown_key_inside_a_plan", "looks_max = 10", "looks_max = 10\nlooks_min = 1",
     "plan: locked: unknown key \"looks_min\""},
    {"no_locked_people", "share = 0.3\n", "share = 0.01\n",
     "plan: locked: key \"share\" is 0.01, it must be 0.1 to 0.5"},
    {"a_margin_given_in_percent", "champion_nats = 0.02", "champion_nats = 2",
     "plan: margins: key \"champion_nats\" is 2, it must be 0 to 0.1"},
    {"an_anchor_tied_tighter_than_the_live_model", "anchor_nats = 0.03", "anchor_nats = 0.01",
     "plan: the margin to the anchor is below the one to the live model"},
    {"another_rule_of_spending", "inverse_square", "uniform",
     "plan: locked: key \"error_rule\" is \"uniform\", it must be one of inverse_square"},
    {"an_unknown_rung", "automatic = [\"intercept\"", "automatic = [\"retrain\"",
     "plan: \"retrain\" in \"automatic\" is no rung of the ladder"},
    {"keep_is_no_change", "automatic = [\"intercept\"", "automatic = [\"keep\"",
     "plan: \"keep\" in \"automatic\" is no rung of the ladder"},
    {"a_rung_down_the_ladder", "automatic = [\"intercept\", \"slope\"]",
     "automatic = [\"slope\", \"intercept\"]", "plan: \"automatic\" must climb the ladder"},
    {"automatic_but_not_allowed", "rungs = [\"intercept\", \"slope\"", "rungs = [\"intercept\"",
     "plan: \"slope\" may go live by itself, but is not allowed"},
    {"nothing_allowed",
     "rungs = [\"intercept\", \"slope\", \"refit_with_prior\", \"same_recipe\", "
     "\"new_search\"]\nautomatic = [\"intercept\", \"slope\"]",
     "rungs = []\nautomatic = []", "plan: the plan allows no change at all"},
    {"more_cases_than_people", "button = { persons = 30, cases = 10",
     "button = { persons = 15, cases = 10",
     "plan: to_open: button: 15 persons cannot hold 10 cases and 10 non-cases"},
    {"three_signatures", "approvals = 1\n", "approvals = 3\n",
     "plan: key \"approvals\" is 3, it must be 1 to 2"},
    {"who_may_do_both_is_not_said", "one_person_may_do_both = false\n", "",
     "plan: key \"one_person_may_do_both\" is missing"},
    {"erasure_is_not_told", "erasure = { persons = 0, cases = 0, non_cases = 0 }\n", "",
     "plan: to_open: table \"erasure\" is missing"},
    {"k_of_four", "k = 6", "k = 4", "privacy: k 4 must be 5 to 1000"},
    {"suppressed_share_of_one", "suppressed_share_max = 0.1", "suppressed_share_max = 1",
     "privacy: 1 is not between 0 and 1"},
    {"bands_that_do_not_rise", "{ from = 40, as = 45 }, { from = 50, as = 60 }",
     "{ from = 50, as = 60 }, { from = 40, as = 45 }",
     "privacy: level 1: the bands of age_years do not rise: 40 follows 50"},
    {"bands_that_begin_too_high", "{ from = 18, as = 30 }", "{ from = 20, as = 30 }",
     "the bands of age_years begin at 20, and 18 is possible"},
    {"band_value_outside_its_band", "{ from = 40, as = 45 }", "{ from = 40, as = 50 }",
     "age_years becomes 50, which is outside its band from 40"},
    {"band_value_below_its_band", "{ from = 40, as = 45 }", "{ from = 40, as = 39 }",
     "age_years becomes 39, which is outside its band from 40"},
    {"band_value_that_cannot_be", "{ from = 50, as = 60 }", "{ from = 50, as = 60.5 }",
     "age_years cannot become 60.5: 60.5 is not a whole number"},
    {"band_value_beyond_the_limits", "{ from = 50, as = 60 }", "{ from = 50, as = 160 }",
     "age_years cannot become 160: 160 is outside the hard limits 18 to 120"},
    {"band_value_that_is_no_code", "joint = [{ from = 1, as = 2 }]",
     "joint = [{ from = 1, as = 3 }]", "joint cannot become 3: 3 is no code"},
    {"quasi_identifier_without_bands",
     "age_years = [{ from = 10, as = 40 }, { from = 50, as = 70 }]\n", "",
     "privacy: level 2: the quasi-identifier age_years has no bands"},
    {"bands_of_another_predictor", "joint = [{ from = 1, as = 2 }]",
     "urate_mg_per_dl = [{ from = 0, as = 2 }]", "unknown key \"urate_mg_per_dl\""},
    {"level_that_parts_what_was_joined", "{ from = 50, as = 70 }", "{ from = 60, as = 70 }",
     "level 2 parts age_years at 60, where the one before does not"},
    {"unknown_key_of_a_band", "{ from = 40, as = 45 }", "{ from = 40, as = 45, to = 50 }",
     "unknown key \"to\""},
    {"outcome_that_is_a_predictor", "id = \"gout_confirmed\"", "id = \"joint\"",
     "names a predictor too"},
    {"word_of_both_outcomes", "absent_words = [\"0\", \"no\"]", "absent_words = [\"0\", \"YES\"]",
     "outcome: \"YES\" is there twice"},
    {"outcome_without_words", "present_words = [\"1\", \"Yes\", \"आहे\"]\n", "",
     "key \"present_words\" must list a word at least"},
    {"maturity_beyond_horizon", "maturity_days = 14", "maturity_days = 91",
     "91 days are not 0 to the horizon of 90"},
    {"horizon_of_no_day", "horizon_days = 90", "horizon_days = 0", "0 days are not 1 to 36525"},
    {"unknown_source", "source = \"laboratory\" }", "source = \"model\" }",
     "key \"source\" is \"model\", it must be one of laboratory, imaging"},
    {"standard_with_capitals", "id = \"crystals\"", "id = \"Crystals\"",
     "reference standard: id \"Crystals\" must be"},
    {"same_standard_twice", "id = \"told\"", "id = \"crystals\"",
     "duplicate id \"crystals\" in reference_standards"},
    {"self_report_that_trains", "source = \"self_report\", trains = false",
     "source = \"self_report\"", "told: what people say of themselves never trains"},
    {"no_standard_that_trains", "source = \"laboratory\" }",
     "source = \"laboratory\", trains = false }", "no reference standard may train"},
    {"import_of_unknown_predictor", "[\"Age\", \"years\"], predictor = \"age_years\"",
     "[\"Age\", \"years\"], predictor = \"age\"", "import: field: unknown predictor \"age\""},
    {"import_field_with_two_roles", "[\"shoe size\"], ignored",
     "[\"shoe size\"], predictor = \"joint\", ignored", "a field is exactly one of"},
    {"import_name_of_two_fields", "[\"shoe size\"]", "[\"AGE\"]", "\"age\" names two fields"},
    {"import_two_fields_of_a_predictor", "[\"shoe size\"], ignored = true",
     "[\"toe\"], predictor = \"joint\"", "two fields are joint"},
    {"import_field_without_name", "names = [\"shoe size\"]", "names = []",
     "must list a name at least"},
    {"bad_regular_expression", R"(^p(\d+)$)", R"(^p(\d+$)", "bad regular expression \"^p(\\d+$\""},
    {"pattern_without_group", R"(^p(\d+)$)", R"(^p\d+$)", "has no group (...) for the person"},
    {"adapter_with_unknown_predictor", "predictor = \"joint\", codes",
     "predictor = \"elbow\", codes", "adapter clinic: column 4: unknown predictor \"elbow\""},
    {"adapter_with_unknown_code", "\"K\" = 2", "\"K\" = 3", "\"K\" maps to no code of joint"},
    {"adapter_with_unknown_unit", "unit = \"umol/L\", missing", "unit = \"nmol/L\", missing",
     "unknown unit \"nmol/L\" for urate_mg_per_dl"},
    {"missing_code_that_is_a_code", "codes = { \"T\" = 1", "missing = [\"T\"], codes = { \"T\" = 1",
     "\"T\" is both missing and a code"},
    {"column_with_two_roles", "{ source = \"note\", ignored = true }",
     "{ source = \"note\", ignored = true, predictor = \"joint\" }", "a column is exactly one of"},
    {"column_without_header_name", "{ source = \"age\", predictor", "{ predictor",
     "adapter clinic: column 2: key \"source\" is missing"},
    {"same_header_twice", "source = \"note\"", "source = \"age\"",
     "adapter clinic: column \"age\" is there twice"},
    {"same_predictor_twice", "{ source = \"note\", ignored = true }",
     "{ source = \"note\", predictor = \"age_years\" }", "two columns become age_years"},
    {"required_predictor_without_column", "  { source = \"age\", predictor = \"age_years\" },\n",
     "", "no column becomes age_years, which may not be missing"},
    {"no_outcome_column", "  { source = \"gout\", outcome = { \"n\" = 0, \"y\" = 1 } },\n", "",
     "adapter clinic: no column is the outcome"},
    {"outcome_with_one_class", "{ \"n\" = 0, \"y\" = 1 }", "{ \"n\" = 0, \"y\" = 0 }",
     "a code for 0 and one for 1"},
    {"outcome_code_two", "{ \"n\" = 0, \"y\" = 1 }", "{ \"n\" = 0, \"y\" = 2 }",
     "outcome \"y\" must become 0 or 1"},
    {"adapter_called_canonical", "id = \"clinic\"", "id = \"canonical\"",
     "exists without being written"},
    {"duplicate_adapter", "id = \"plain\"", "id = \"clinic\"",
     "duplicate id \"clinic\" in adapters"},
    {"baseline_nobody_reads", "baseline = [\"gout.csv\"]", "baseline = [\"gout.xls\"]",
     "no adapter names the file \"gout.xls\""},
    {"download_with_short_digest", "a74b7efa", "a74b7ef", "is not 64 hexadecimal digits"},
    {"download_without_tls", "https://", "http://", "does not begin with https://"},
    {"download_that_leaves_the_folder", "file_name = \"gout.csv\"", "file_name = \"../gout.csv\"",
     "must be a plain file name"},
    {"download_with_unknown_adapter", "adapter = \"clinic\"", "adapter = \"office\"",
     "unknown adapter \"office\""},
    {"model_file_elsewhere", "\"gout_model.sav\"", "\"../gout_model.sav\"",
     "must be a plain name that ends in .sav"},
};

INSTANTIATE_TEST_SUITE_P(Each, RefusedDiseaseFile, testing::ValuesIn(kRefusals),
                         [](const auto& each) { return each.param.name; });

TEST(DiseaseFileRefusal, AFileThatIsNotThereOrTooLargeIsRefused) {
  EXPECT_EQ(load_disease_file("no/such/file.toml").error().kind, ErrorKind::NotFound);
  const auto loaded = load_text(small_disease() + std::string(1 << 20, '\n'));
  EXPECT_THAT(loaded.error().message, testing::HasSubstr("the limit is 1048576"));
}

TEST(DiseaseFileRefusal, ACoarserLevelMayNotTellTheYearThatAFinerOneKeeps) {
  const std::string silent = with(small_disease(), "year = true\n", "");
  const auto loaded = load_text(
      with(silent, "age_years = [{ from = 10,", "year = true\nage_years = [{ from = 10,"));
  EXPECT_THAT(loaded.error().message,
              testing::HasSubstr("privacy: level 2 tells the year and the one before does not"));
}

TEST(DiseaseFileRefusal, AFileWithoutOneOfItsTablesIsRefused) {
  for (const auto& [table, next] : std::initializer_list<std::pair<const char*, const char*>>{
           {"plan", "[privacy]"}, {"privacy", "[[predictors]]"}, {"evidence", "[plan]"}}) {
    const std::string text = small_disease();
    const auto from = text.find(std::string("[") + table + "]");
    const auto loaded = load_text(std::string(text).erase(from, text.find(next) - from));
    EXPECT_THAT(loaded.error().message,
                testing::HasSubstr(std::string("table \"") + table + "\" is missing"));
  }
}

TEST(DiseaseFileRefusal, APrivacyPlanWithoutLevelsIsRefused) {
  const std::string text = small_disease();
  const auto from = text.find("[[privacy.levels]]");
  const auto to = text.find("[[predictors]]");
  const auto loaded = load_text(std::string(text).erase(from, to - from));
  EXPECT_THAT(loaded.error().message, testing::HasSubstr("there are 0 levels, 1 to 10 are needed"));
}

TEST(DiseaseFileRefusal, TwoAdaptersThatOneFileCouldFitAreRefused) {
  std::string text = small_disease();
  const auto from = text.find("[[adapters]]\nid = \"plain\"");
  const auto to = text.find("[[downloads]]");
  const std::string again = with(text.substr(from, to - from), "\"plain\"", "\"plainer\"");
  const auto loaded = load_text(text.insert(to, again));
  EXPECT_THAT(loaded.error().message,
              testing::HasSubstr("adapter plainer reads the same columns as another"));
}

TEST(DiseaseFileRefusal, AFileCutOffAnywhereBeforeItsBaselineAdapterEndsIsRefused) {
  const std::string text = small_disease();
  const auto end = text.find("[[adapters]]\nid = \"plain\"");
  for (std::size_t bytes = 0; bytes + 2 < end; bytes += 37) {
    EXPECT_FALSE(load_text(text.substr(0, bytes)).ok()) << "cut off after " << bytes << " bytes";
  }
  EXPECT_TRUE(load_text(text.substr(0, end)).ok());
}

}  // namespace
}  // namespace relearn
