#include "lifecycle/dossier/organisation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "support/scratch_folder.h"

namespace relearn {
namespace {

using testing::HasSubstr;

constexpr const char* kProfile = R"(developer = "Example Clinic"
funding = "own means"
external_tester = "not available because nobody was asked yet"
outcome_references = "none"
report_problems_to = "safety@clinic.example"
)";

Result<Organisation> loaded(std::string_view text) {
  const ScratchFolder folder;
  const auto path = folder.path() / "organisation.toml";
  EXPECT_TRUE(write_file_atomically(path, text).ok());
  return load_organisation(path);
}

TEST(Organisation, SaysWhatOnlyItCanSay) {
  const auto organisation = loaded(kProfile);
  ASSERT_TRUE(organisation.ok()) << organisation.error().message;
  EXPECT_EQ(organisation.value().report_problems_to, "safety@clinic.example");
}

TEST(Organisation, WithoutAFileSaysThatItIsMissing) {
  const ScratchFolder folder;
  const auto organisation = load_organisation(folder.path() / "organisation.toml");
  ASSERT_TRUE(organisation.ok());
  EXPECT_THAT(organisation.value().developer, HasSubstr("not available because"));
  EXPECT_THAT(organisation.value().outcome_references, HasSubstr("not available because"));
}

TEST(Organisation, WithAnEmptyOrUnknownAnswerIsRefused) {
  std::string empty = kProfile, unknown = kProfile;
  empty.replace(empty.find("own means"), 9, "");
  EXPECT_THAT(loaded(empty).error().message, HasSubstr("funding"));
  unknown += "motto = \"first do no harm\"\n";
  EXPECT_THAT(loaded(unknown).error().message, HasSubstr("unknown key \"motto\""));
}

}  // namespace
}  // namespace relearn
