// An exported ledger, checked without its store: by its entries and the public key alone.
#include "records/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace relearn {
namespace {

using testing::HasSubstr;

TEST(Ledger, AnOldOneHoldsTogetherByItsHashesAlone) {
  std::vector<LedgerEntry> entries(3);
  std::string previous(64, '0');
  for (std::size_t i = 0; i < entries.size(); ++i) {
    LedgerEntry& entry = entries[i];
    entry.sequence = static_cast<std::int64_t>(i + 1);
    entry.action = "version.published";
    entry.subject = "heart/" + std::to_string(i + 1);
    entry.previous_hash = previous;
    entry.hash = previous = ledger_hash(entry, LedgerFormula::BeforeSignatures);
  }
  EXPECT_TRUE(check_unsigned_entries(entries).ok());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (int part = 0; part < 5; ++part) {
      auto edited = entries;
      if (part == 0) edited[i].at.seconds += 1;
      if (part == 1) edited[i].reason += "x";
      if (part == 2) std::swap(edited[i].action, edited[i].subject);
      if (part == 3) edited[i].sequence += 1;
      if (part == 4) edited.erase(edited.begin() + static_cast<std::ptrdiff_t>(i));
      const bool cut_at_the_end = part == 4 && i + 1 == entries.size();
      EXPECT_EQ(check_unsigned_entries(edited).ok(), cut_at_the_end) << i << " " << part;
    }
  }
  // Nobody takes it for a signed one.
  const auto refused = check_entries(entries, "");
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("no signed entry"));
}

TEST(Ledger, AnAttemptsContentTellsEveryPartOfItApart) {
  Attempt attempt;
  attempt.number = 1;
  attempt.what.disease = "heart";
  attempt.what.started_by.user = UserId{1};
  const std::string content = attempt_content(attempt);
  const auto changed = [&](const auto& change) {
    Attempt other = attempt;
    change(other);
    return attempt_content(other) != content;
  };
  EXPECT_TRUE(changed([](Attempt& a) { a.number = 2; }));
  EXPECT_TRUE(changed([](Attempt& a) { a.at.seconds = 2; }));
  EXPECT_TRUE(changed([](Attempt& a) { a.what.disease = "lung"; }));
  EXPECT_TRUE(changed([](Attempt& a) { a.what.model_digest = "x"; }));
  EXPECT_TRUE(changed([](Attempt& a) { a.what.snapshot = "x"; }));
  EXPECT_TRUE(changed([](Attempt& a) { a.what.baseline_digest = "x"; }));
  EXPECT_TRUE(changed([](Attempt& a) { a.what.reason = "x"; }));
  EXPECT_TRUE(changed([](Attempt& a) { a.what.started_by.user.reset(); }));
  EXPECT_TRUE(changed([](Attempt& a) { a.what.started_by.role = Role::Patient; }));
  EXPECT_TRUE(changed([](Attempt& a) { a.what.bundle = "x"; }));
  EXPECT_TRUE(changed([](Attempt& a) { a.what.verdict = "x"; }));
  EXPECT_TRUE(changed([](Attempt& a) { a.what.champion = 1; }));
  EXPECT_TRUE(changed([](Attempt& a) { a.what.locked_set = "x"; }));
  EXPECT_TRUE(changed([](Attempt& a) { a.what.look = 1; }));
  EXPECT_TRUE(changed([](Attempt& a) { a.what.approvals = 1; }));
  EXPECT_TRUE(changed([](Attempt& a) { a.what.one_person_may_do_both = true; }));
  // What changes is told by entries of its own.
  EXPECT_FALSE(changed([](Attempt& a) { a.state = AttemptState::Overtaken; }));
  EXPECT_FALSE(changed([](Attempt& a) { a.contains_withdrawn = true; }));
}

}  // namespace
}  // namespace relearn
