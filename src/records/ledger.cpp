#include "records/ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "base/digest.h"
#include "base/signature.h"

namespace relearn {
namespace {

std::string before_the_first() { return std::string(64, '0'); }

/// Parts with their lengths before them: no two lists give the same digest.
std::string digest_of(std::initializer_list<std::string> parts) {
  std::string text;
  for (const std::string& part : parts) text += fmt::format("{}:{},", part.size(), part);
  return sha256(text);
}

std::string digits(std::int64_t number) { return fmt::format("{}", number); }

Error broken_at(const LedgerEntry& entry, std::int64_t sequence, std::string_view why) {
  return broken_invariant(
      fmt::format("the ledger does not hold together at entry {} ({} {}): {}; was it edited?",
                  sequence, entry.action, entry.subject, why));
}

/// Number, chain and hash of one entry.
Result<void> check_link(const LedgerEntry& entry, std::int64_t sequence,
                        const std::string& previous, LedgerFormula formula) {
  if (entry.sequence != sequence) {
    return broken_at(entry, sequence, fmt::format("it has number {}", entry.sequence));
  }
  if (entry.previous_hash != previous) {
    return broken_at(entry, sequence, "it does not follow the one before it");
  }
  if (entry.hash != ledger_hash(entry, formula)) {
    return broken_at(entry, sequence, "its hash is not of what it says");
  }
  return {};
}

/// Parts that entries of before the signatures do not have, and their hashes do not cover.
bool has_later_parts(const LedgerEntry& entry) {
  return !(entry.from + entry.to + entry.actor + entry.evidence + entry.content + entry.signature)
              .empty();
}

}  // namespace

std::string ledger_hash(const LedgerEntry& e, LedgerFormula formula) {
  if (formula == LedgerFormula::BeforeSignatures) {
    return digest_of(
        {digits(e.sequence), digits(e.at.seconds), e.action, e.subject, e.reason, e.previous_hash});
  }
  return digest_of({"relearn ledger 2", digits(e.sequence), digits(e.at.seconds), e.action,
                    e.subject, e.from, e.to, e.actor, e.reason, e.evidence, e.content,
                    e.previous_hash});
}

std::string version_subject(std::string_view disease, std::int64_t number) {
  return fmt::format("{}/{}", disease, number);
}

std::string attempt_subject(std::string_view disease, std::int64_t number) {
  return fmt::format("{}/attempt/{}", disease, number);
}

std::string attempt_content(const Attempt& attempt) {
  const NewAttempt& a = attempt.what;
  return digest_of({"relearn attempt 1", a.disease, digits(attempt.number), a.model_digest,
                    a.snapshot, a.baseline_digest, a.reason,
                    a.started_by.user ? digits(a.started_by.user->value) : "",
                    std::string(role_word(a.started_by.role)), a.bundle, a.verdict,
                    digits(a.champion), a.locked_set, digits(a.look), digits(a.approvals),
                    a.one_person_may_do_both ? "1" : "0", digits(attempt.at.seconds)});
}

Result<void> check_entries(std::span<const LedgerEntry> entries, std::string_view public_key) {
  std::string previous = before_the_first();
  std::int64_t sequence = 0;
  LedgerFormula formula = LedgerFormula::BeforeSignatures;
  for (const LedgerEntry& entry : entries) {
    ++sequence;
    if (entry.action == kLedgerSigned) {
      if (formula == LedgerFormula::Signed) return broken_at(entry, sequence, "it is a second one");
      if (entry.evidence != public_key) {
        return broken_at(entry, sequence, "it names another key than the one to check with");
      }
      formula = LedgerFormula::Signed;
    }
    TRY(check_link(entry, sequence, previous, formula));
    if (formula == LedgerFormula::BeforeSignatures && has_later_parts(entry)) {
      return broken_at(entry, sequence, "it says more than entries of its time do");
    }
    if (formula == LedgerFormula::Signed &&
        !is_signed_by(public_key, entry.hash, entry.signature)) {
      return broken_at(entry, sequence, "its signature is not by the key of this store");
    }
    previous = entry.hash;
  }
  if (formula == LedgerFormula::Signed) return {};
  return broken_invariant("the ledger has no signed entry at all; was its beginning deleted?");
}

Result<void> check_unsigned_entries(std::span<const LedgerEntry> entries) {
  std::string previous = before_the_first();
  std::int64_t sequence = 0;
  for (const LedgerEntry& entry : entries) {
    TRY(check_link(entry, ++sequence, previous, LedgerFormula::BeforeSignatures));
    previous = entry.hash;
  }
  return {};
}

}  // namespace relearn
