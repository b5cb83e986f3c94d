#include "disease_text.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "base/file.h"

namespace relearn {

std::string small_disease() {
  return R"(format = 1
id = "gout"
version = 3
name = { en = "Gout", mr = "गाउट" }
model_file_name = "gout_model.sav"
baseline = ["gout.csv"]
intended_use = { en = "use", mr = "वापर" }
population = { en = "people", mr = "लोक" }
limitations = { en = "limits", mr = "मर्यादा" }

[outcome]
id = "gout_confirmed"
label = { en = "Gout", mr = "गाउट" }
definition = { en = "crystals seen", mr = "स्फटिक दिसले" }
positive = { en = "gout", mr = "आहे" }
negative = { en = "no gout", mr = "नाही" }
present_words = ["1", "Yes", "आहे"]
absent_words = ["0", "no"]
horizon_days = 90
maturity_days = 14
reference_standards = [
  { id = "crystals", label = { en = "Crystals", mr = "स्फटिक" }, source = "laboratory" },
  { id = "told", label = { en = "Told", mr = "सांगितले" }, source = "self_report", trains = false },
]

[card]
users = { en = "users", mr = "मजकूर" }
role = { en = "role", mr = "मजकूर" }
out_of_scope = { en = "out_of_scope", mr = "मजकूर" }
risks = { en = "risks", mr = "मजकूर" }
criteria = { en = "criteria", mr = "मजकूर" }
relevance = { en = "relevance", mr = "मजकूर" }
fairness = { en = "fairness", mr = "मजकूर" }
bias_controls = { en = "bias_controls", mr = "मजकूर" }
external_source = { en = "external_source", mr = "मजकूर" }
external_process = { en = "external_process", mr = "मजकूर" }
validity_monitoring = { en = "validity_monitoring", mr = "मजकूर" }
fairness_monitoring = { en = "fairness_monitoring", mr = "मजकूर" }
update_process = { en = "update_process", mr = "मजकूर" }
correction = { en = "correction", mr = "मजकूर" }

[card.demographic_inputs]
date_of_birth = ["age_years"]

[thresholds]
decision = 0.4
moderate = 0.1
net_benefit = [0.1, 0.6]

[evidence]
anticipated_auroc = 0.8
tier_at_most = "clinical"

[plan]
version = 4
rungs = ["intercept", "slope", "refit_with_prior", "same_recipe", "new_search"]
automatic = ["intercept", "slope"]
first_version_asks = true
approvals = 1
one_person_may_do_both = false
days_between_min = 7
new_persons_max = 300
shifted_predictors_max = 2

[plan.to_open]
button = { persons = 30, cases = 10, non_cases = 10 }
schedule = { persons = 50, cases = 10, non_cases = 10 }
drift = { persons = 40, cases = 10, non_cases = 10 }
erasure = { persons = 0, cases = 0, non_cases = 0 }

[plan.locked]
share = 0.3
at_least = { persons = 60, cases = 20, non_cases = 20 }
looks_max = 10
months_max = 24
error_total = 0.10
error_rule = "inverse_square"

[plan.margins]
champion_nats = 0.02
anchor_nats = 0.03
anchor_auroc = 0.02
new_nats = 0.02
benefit_nats = 0.005

[plan.floors]
auroc = 0.7
sensitivity = 0.6
slope = [0.7, 1.4]
intercept = 0.5

[plan.bounds]
intercept_move = 1.5
slope = [0.5, 2]
parameters_max = 100000

[plan.safety]
sensitivity_loss = 0.03
net_benefit_loss = 0.005
net_benefit_loss_low = 0.02
subgroup_nats = 0.05
subgroup_intercept = 0.7
subgroup = { persons = 40, cases = 20, non_cases = 20 }

[plan.stability]
mean_change = 0.06
change_95th = 0.15
contributor_change = 0.10
contributors_min = 2

[plan.membership]
loss_auroc = 0.60
lira_auroc = 0.65
lira_true_positives = 0.05

[plan.drift]
contributors_min = 3
second_readings_min = 20
second_readings_share = 0.2
kappa_min = 0.7
approvals = 2

[privacy]
version = 2
k = 6
suppressed_share_max = 0.1

[[privacy.levels]]
year = true
age_years = [{ from = 18, as = 30 }, { from = 40, as = 45 }, { from = 50, as = 60 }]

[[privacy.levels]]
age_years = [{ from = 10, as = 40 }, { from = 50, as = 70 }]
joint = [{ from = 1, as = 2 }]

[[predictors]]
id = "age_years"
kind = "integer"
label = { en = "Age", mr = "वय" }
help = { en = "years", mr = "वर्षे" }
unit = "a"
hard = [18, 120]
soft = [30, 80]
missing = "reject"
quasi_identifier = true
group_above = 89
terminology = [{ system = "LOINC", code = "30525-0", display = "Age" }]

[[predictors]]
id = "urate_mg_per_dl"
kind = "real"
label = { en = "Uric acid", mr = "युरिक आम्ल" }
help = { en = "in serum", mr = "रक्तद्रवात" }
unit = "mg/dL"
accepted_units = [{ ucum = "umol/L", factor = 0.01681 }]
hard = [0.5, 30]
unit_traps = [{ low = 31, high = 1700, likely_unit = "umol/L" }]
missing = "impute"
direction = 1
anchor = true

[[predictors]]
id = "urate_low_mg_per_dl"
kind = "real"
label = { en = "Lowest uric acid", mr = "किमान युरिक आम्ल" }
help = { en = "of the year", mr = "वर्षातील" }
unit = "mg/dL"
hard = [0.5, 30]
missing = "impute"
in_model = false

[[predictors]]
id = "joint"
kind = "category"
label = { en = "Joint", mr = "सांधा" }
help = { en = "the first one", mr = "पहिला" }
codes = [
  { value = 1, word = "toe", aliases = ["big toe"], label = { en = "Toe", mr = "अंगठा" } },
  { value = 2, word = "knee", label = { en = "Knee", mr = "गुडघा" } },
]
missing = "impute_with_indicator"
quasi_identifier = true

[[rules]]
must = ["urate_low_mg_per_dl <= urate_mg_per_dl"]
action = "quarantine"
message = "the lowest value is above the usual one"

[[subgroups]]
id = "old"
label = { en = "Old", mr = "वृद्ध" }
predictor = "age_years"
range = [60, 120]

[[adapters]]
id = "clinic"
label = { en = "Clinic", mr = "दवाखाना" }
file_names = ["gout.csv"]
missing = ["-9"]
columns = [
  { source = "who", person = '^p(\d+)$' },
  { source = "age", predictor = "age_years" },
  { source = "ua", predictor = "urate_mg_per_dl", unit = "umol/L", missing = ["0"] },
  { source = "where", predictor = "joint", codes = { "T" = 1, "K" = 2 } },
  { source = "note", ignored = true },
  { source = "gout", outcome = { "n" = 0, "y" = 1 } },
]

[[adapters]]
id = "plain"
label = { en = "Plain", mr = "साधी" }
header = false
file_names = ["gout.data"]
columns = [
  { predictor = "age_years" },
  { outcome = { "0" = 0, "1" = 1 } },
]

[[imports]]
platform = "oldclinic"
type = "Gout Check"
default_forms = ["Age: 40"]
fields = [
  { names = ["Age", "years"], predictor = "age_years" },
  { names = ["Which joint?"], predictor = "joint", missing = ["none"] },
  { names = ["shoe size"], ignored = true },
]

[[downloads]]
file_name = "gout.csv"
url = "https://example.org/gout.zip"
member = "gout.csv"
sha256 = "a74b7efa387bc9d108d7d0115d831fe9b414b29ae7124f331b622b4efa0427c8"
bytes = 12
licence = "CC BY 4.0"
adapter = "clinic"

[synthetic]
rows = 500
share = 0.25
)";
}

std::string with(std::string text, std::string_view part, std::string_view replacement) {
  const auto at = text.find(part);
  if (at == std::string::npos || text.find(part, at + 1) != std::string::npos) {
    throw std::logic_error("not there exactly once: " + std::string(part));
  }
  return text.replace(at, part.size(), replacement);
}

Result<DiseaseFile> load_text(std::string_view text) {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const auto folder = std::filesystem::path(testing::TempDir()) /
                      (std::string("relearn_") + test->test_suite_name() + "_" + test->name());
  TRY(write_file_atomically(folder / "gout.toml", text));
  auto loaded = load_disease_file(folder / "gout.toml");
  std::filesystem::remove_all(folder);
  return loaded;
}

DiseaseFile shipped(std::string_view id) {
  auto loaded = load_disease_file(disease_folder() / (std::string(id) + ".toml"));
  if (!loaded.ok()) throw std::runtime_error(loaded.error().message);
  return loaded.take_value();
}

std::filesystem::path disease_folder() {
  return std::filesystem::path(RELEARN_SOURCE_DIR) / "diseases";
}

}  // namespace relearn
