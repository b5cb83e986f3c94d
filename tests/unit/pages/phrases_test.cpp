#include "pages/phrases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "base/file.h"
#include "clinical/table_reader.h"

namespace relearn {
namespace {

using testing::IsEmpty;
namespace fs = std::filesystem;

Phrases phrases_in(std::string_view language) { return Phrases::load(language).value(); }

std::set<std::string> places_of(const std::string& sentence) {
  static const std::regex kPlace(R"(\{(\w+)\})");
  std::set<std::string> places;
  for (std::sregex_iterator it(sentence.begin(), sentence.end(), kPlace), end; it != end; ++it) {
    places.insert((*it)[1]);
  }
  return places;
}

TEST(Phrases, AreThereInEveryLanguageWithTheSamePlaces) {
  const Phrases english = phrases_in("en");
  for (const std::string_view language : kLanguages) {
    const Phrases other = phrases_in(language);
    for (const auto& [key, sentence] : english.sentences()) {
      ASSERT_TRUE(other.has(key)) << key << " is missing in " << language;
      EXPECT_EQ(places_of(sentence), places_of(other.sentences().at(key))) << key;
    }
    EXPECT_EQ(english.sentences().size(), other.sentences().size()) << language;
  }
}

TEST(Phrases, InMarathiAreWrittenInDevanagari) {
  const Phrases marathi = phrases_in("mr");
  for (const auto& [key, sentence] : marathi.sentences()) {
    const bool names_only = sentence == "TRIPOD+AI" || sentence.starts_with("{moment}");
    EXPECT_TRUE(names_only || sentence.find("\xe0\xa4") != std::string::npos)
        << key << ": " << sentence;
  }
}

TEST(Phrases, FillTheirPlaces) {
  EXPECT_EQ(phrases_in("en").say("value.with_interval",
                                 {{"value", "1"}, {"low", "0"}, {"high", "{low}"}}),
            "1, 95 % interval 0 to {low}");
}

TEST(Phrases, OfAnUnknownLanguageAreNotFound) {
  EXPECT_EQ(Phrases::load("xx").error().kind, ErrorKind::NotFound);
}

/// All that the sources say, as far as it is written out: "chart.roc.title", "card.name." ...
std::string all_sources() {
  std::string text;
  for (const char* folder : {"src/pages", "src/lifecycle/dossier", "src/lifecycle/serving"}) {
    for (const auto& entry : fs::directory_iterator(fs::path(RELEARN_SOURCE_DIR) / folder)) {
      text += read_file(entry.path(), 1 << 20).value();
    }
  }
  return text;
}

TEST(Phrases, AreAllSaidSomewhere) {
  // Keys that are put together: their beginning is in the sources, their end is a word of a list.
  const std::vector<std::string> put_together = {
      "metric.",    "verdict.",     "rung.",           "trigger.",         "tier.",
      "clause.",    "clause_says.", "card.group.",     "card.name.",       "kind.",
      "rung_name.", "tripod.name.", "dossier.banner.", "dossier.identity."};
  const std::string sources = all_sources();
  std::vector<std::string> unsaid;
  const Phrases english = phrases_in("en");
  for (const auto& [key, sentence] : english.sentences()) {
    bool said = sources.find('"' + key + '"') != std::string::npos;
    for (const std::string& beginning : put_together) {
      if (!key.starts_with(beginning)) continue;
      const bool begun = sources.find('"' + beginning) != std::string::npos;
      said = said || (begun && sources.find(key.substr(beginning.size())) != std::string::npos) ||
             (begun && beginning != "dossier.banner." && beginning != "dossier.identity.");
    }
    if (!said) unsaid.push_back(key);
  }
  EXPECT_THAT(unsaid, IsEmpty());
}

TEST(Phrases, ThatAreSaidAreThere) {
  const Phrases english = phrases_in("en");
  std::set<std::string> tables;
  for (const auto& [key, sentence] : english.sentences())
    tables.insert(key.substr(0, key.find('.')));
  const std::string sources = all_sources();
  static const std::regex kKey(R"re("([a-z_]+)(\.[a-z0-9_]+)+")re");
  std::size_t said = 0;
  for (std::sregex_iterator it(sources.begin(), sources.end(), kKey), end; it != end; ++it) {
    const std::string quoted = it->str();
    const std::string key = quoted.substr(1, quoted.size() - 2);
    if (!tables.contains((*it)[1]) || key.ends_with(".json")) continue;
    ++said;
    const bool attribute = english.has("card.name." + key);
    EXPECT_TRUE(english.has(key) || attribute) << key;
  }
  EXPECT_GT(said, 100u);
}

}  // namespace
}  // namespace relearn
