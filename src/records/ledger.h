// The ledger: what happened to models and to people's data, in order. Each entry is sealed by a
// hash over itself and the one before, and signed: whoever edits one has to edit all that follow,
// and has not the key to sign them.
//
// Entries of before there were signatures stay as they are: without one, at the beginning, up to an
// entry "ledger.signed" that names the public key. From that one on each entry has a signature; the
// place of the change is itself signed, with the hash of what came before, so that nobody moves it.
//
//   hash := SHA-256 over the parts below, each as "LENGTH:TEXT,"
//   signed      "relearn ledger 2" sequence seconds action subject from to actor reason evidence
//               content previous_hash
//   before      sequence seconds action subject reason previous_hash
//
//   action                 subject           from, to     evidence     content
//   ledger.signed          ledger                         public key
//   attempt.kept           heart/attempt/7                bundle       attempt_content()
//   attempt.waiting        the same                       bundle       the same
//   attempt.overtaken      the same                       bundle       the same
//   attempt.migrated       the same                                    the same
//   attempt.approved       the same                       bundle
//   attempt.rejected       the same                       bundle
//   attempt.marked         the same                       bundle
//   version.published      heart/3           2, 3         bundle       of its attempt
//   version.forced         heart/3           2, 3         bundle       of its attempt
//   version.rolled_back    heart/1           3, 1         bundle       of its attempt
//   version.marked         heart/3                        bundle
//   people.locked          heart/locked/2
//   person.withdrawn       withdrawal/1
//   snapshot.revoked       its digest
//   quarantine.opened, .released, .upheld    heart/quarantine/2
//   alarm.opened, .closed  heart/alarm/7
//   account.made, .role    user 12           roles, not versions
//   account.disabled, .enabled    user 12
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "records/version_store.h"

namespace relearn {

inline constexpr std::string_view kLedgerSigned = "ledger.signed";

/// By the older formula when the entry has no signature and is not to get one.
enum class LedgerFormula { Signed, BeforeSignatures };
std::string ledger_hash(const LedgerEntry& entry, LedgerFormula formula);

/// "heart/3", "heart/attempt/7".
std::string version_subject(std::string_view disease, std::int64_t number);
std::string attempt_subject(std::string_view disease, std::int64_t number);

/// SHA-256 over all of an attempt that never changes: its row in a store cannot be altered without
/// altering the ledger.
std::string attempt_content(const Attempt& attempt);

/// For a whole ledger, with or without its store: no gap, every hash and every signature right.
/// BrokenInvariant naming the first entry that is not. `public_key`: as whoever checks knows it.
Result<void> check_entries(std::span<const LedgerEntry> entries, std::string_view public_key);

/// The same for a ledger from before there were signatures.
Result<void> check_unsigned_entries(std::span<const LedgerEntry> entries);

/// The names under which the parts of an entry are told to others, in their order; beside them
/// stand `sequence` and `at`.
inline constexpr std::array<std::pair<const char*, std::string LedgerEntry::*>, 11> kLedgerTexts = {
    {
        {"action", &LedgerEntry::action},
        {"subject", &LedgerEntry::subject},
        {"from", &LedgerEntry::from},
        {"to", &LedgerEntry::to},
        {"actor", &LedgerEntry::actor},
        {"reason", &LedgerEntry::reason},
        {"evidence", &LedgerEntry::evidence},
        {"content", &LedgerEntry::content},
        {"previous_hash", &LedgerEntry::previous_hash},
        {"hash", &LedgerEntry::hash},
        {"signature", &LedgerEntry::signature},
    }};

}  // namespace relearn
