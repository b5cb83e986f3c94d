#include "clinical/unit.h"

#include <gtest/gtest.h>

namespace relearn {
namespace {

TEST(Unit, KnowsWhatMedicineWritesInUcum) {
  for (const std::string_view unit : {"a",      "mo",       "wk",
                                      "d",      "h",        "min",
                                      "s",      "us",       "mg/dL",
                                      "mmol/L", "umol/L",   "pmol/L",
                                      "g/dL",   "u[IU]/mL", "m[IU]/L",
                                      "[IU]/L", "mm[Hg]",   "cm[Hg]",
                                      "kPa",    "/min",     "{beats}/min",
                                      "{#}",    "1",        "%",
                                      "mm",     "kg/m2",    "Hz",
                                      "kHz",    "dB",       "mV",
                                      "Cel",    "10*9/L",   "mL/min/{1.73_m2}",
                                      "m/s2",   "s-1",      "g.m",
                                      "[pH]",   "[lb_av]",  "mmol/mol",
                                      "10*-3"}) {
    EXPECT_TRUE(is_ucum_unit(unit)) << unit;
  }
}

TEST(Unit, RefusesWhatIsNotUcum) {
  for (const std::string_view unit :
       {"",     " ",     "years", "mmHg", "mg/dl ", "mg//dL", "mg/",    "bpm",
        "mcg",  "IU/L",  "µg",    "m^2",  "{open",  "open}",  "{a}{b}", "kg m",
        "kmin", "mm[Hg", "%%",    "/",    "2m",     "-1"}) {
    EXPECT_FALSE(is_ucum_unit(unit)) << unit;
  }
}

TEST(Unit, ShowsItAsPeopleWriteIt) {
  const std::pair<std::string_view, std::string_view> rows[] = {{"mm[Hg]", "mmHg"},
                                                                {"u[IU]/mL", "µIU/mL"},
                                                                {"kg/m2", "kg/m²"},
                                                                {"a", "years"},
                                                                {"mg/dL", "mg/dL"},
                                                                {"/min", "per minute"},
                                                                {"{beats}/min", "beats/min"},
                                                                {"{#}", ""},
                                                                {"1", ""},
                                                                {"umol/L", "µmol/L"},
                                                                {"us", "µs"},
                                                                {"mmol/L", "mmol/L"}};
  for (const auto& [ucum, people] : rows) EXPECT_EQ(unit_for_people(ucum), people);
}

TEST(Unit, SpellingsOfOneUnitAreTheSame) {
  EXPECT_EQ(unit_spelling("mm Hg"), unit_spelling("mm[Hg]"));
  EXPECT_EQ(unit_spelling("MG/DL"), unit_spelling("mg/dL"));
  EXPECT_EQ(unit_spelling("µIU/mL"), unit_spelling("u[IU]/mL"));  // micro sign
  EXPECT_EQ(unit_spelling("μIU/mL"), unit_spelling("u[IU]/mL"));  // Greek letter
  EXPECT_EQ(unit_spelling("kg/m²"), unit_spelling("kg/m2"));
  EXPECT_NE(unit_spelling("mg/dL"), unit_spelling("mmol/L"));
}

}  // namespace
}  // namespace relearn
