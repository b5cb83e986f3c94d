#include "records/history.h"

#include <fmt/format.h>

#include "records/ledger.h"

namespace relearn {
namespace {

/// What is stored, or should be: a line of all that a row says, by the name of the row.
using Rows = std::map<std::string, std::string>;

std::string approval_name(std::string_view attempt, std::size_t place) {
  return fmt::format("{}/approval/{}", attempt, place);
}

std::string live_name(std::string_view disease, std::int64_t place) {
  return fmt::format("{}/live/{}", disease, place);
}

std::string live_line(Moment at, std::string_view from, std::string_view to) {
  return fmt::format("at {} from {} to {}", at.seconds, from, to);
}

std::string version_line(std::string_view attempt, Moment at, std::int64_t forced) {
  return fmt::format("{} at {} forced {}", attempt, at.seconds, forced);
}

std::string approval_line(std::string_view actor, std::string_view reason, Moment at) {
  return fmt::format("{} at {}: {}", actor, at.seconds, reason);
}

std::string number_text(std::int64_t number) {
  return number == 0 ? "" : fmt::format("{}", number);
}

/// How an attempt stands, as far as it changes; `content` is all that does not.
struct Standing {
  std::string content;
  std::string state;
  bool marked = false;
  std::int64_t approvals = 0;
};

std::string standing_line(const Standing& standing) {
  return fmt::format("{} {} marked {}", standing.content, standing.state, standing.marked);
}

Rows stored_rows(const History& history) {
  Rows rows = history.others;
  for (const Attempt& attempt : history.attempts) {
    rows[attempt_subject(attempt.what.disease, attempt.number)] =
        standing_line({attempt_content(attempt), std::string(attempt_state_word(attempt.state)),
                       attempt.contains_withdrawn});
  }
  for (const auto& given : history.approvals) {
    rows[approval_name(attempt_subject(given.disease, given.attempt),
                       static_cast<std::size_t>(given.place))] =
        approval_line(actor_text(given.what.by), given.what.reason, given.what.at);
  }
  for (const auto& version : history.versions) {
    rows[version_subject(version.disease, version.number)] =
        version_line(attempt_subject(version.disease, version.attempt), version.at, version.forced);
  }
  for (const auto& change : history.live_changes) {
    rows[live_name(change.disease, change.place)] =
        live_line(change.what.at, number_text(change.what.from), number_text(change.what.to));
  }
  return rows;
}

/// Goes through the ledger and says what must be stored after it.
class Replay {
 public:
  explicit Replay(const History& history) {
    for (const Attempt& attempt : history.attempts) {
      by_content_[attempt_content(attempt)] = attempt_subject(attempt.what.disease, attempt.number);
    }
  }

  Result<void> take(const LedgerEntry& entry) {
    const std::string_view action = entry.action;
    if (action.starts_with("attempt.")) return take_attempt(entry, action.substr(8));
    if (action == "version.marked") return mark(entry, versions_[entry.subject]);
    if (action.starts_with("version.")) return take_version(entry, action.substr(8));
    if (action == "person.withdrawn") rows_[entry.subject] = fmt::format("{}", entry.at.seconds);
    if (action == "snapshot.revoked") rows_[entry.subject] = "";
    if (action == "quarantine.opened") rows_[entry.subject] = "open";
    if (action == "quarantine.released") rows_[entry.subject] = "released";
    if (action == "quarantine.upheld") rows_[entry.subject] = "upheld";
    return {};
  }

  Rows finish() {
    for (const auto& [name, standing] : attempts_) rows_[name] = standing_line(standing);
    return std::move(rows_);
  }

 private:
  static Error odd(const LedgerEntry& entry) {
    return broken_invariant(
        fmt::format("entry {} of the ledger ({} {}) tells of an attempt that is not stored as it "
                    "was then; was the database edited?",
                    entry.sequence, entry.action, entry.subject));
  }

  Result<void> take_attempt(const LedgerEntry& entry, std::string_view what) {
    Standing& standing = attempts_[entry.subject];
    if (what == "approved") {
      const auto place = static_cast<std::size_t>(++standing.approvals);
      rows_[approval_name(entry.subject, place)] =
          approval_line(entry.actor, entry.reason, entry.at);
    } else if (what == "marked") {
      return mark(entry, entry.subject);
    } else if (what == "migrated") {
      standing.content = entry.content;
    } else {
      if (!entry.content.empty()) standing.content = entry.content;
      standing.state = what;
    }
    return {};
  }

  Result<void> mark(const LedgerEntry& entry, const std::string& attempt) {
    const auto found = attempts_.find(attempt);
    if (found == attempts_.end()) return odd(entry);
    found->second.marked = true;
    return {};
  }

  Result<void> take_version(const LedgerEntry& entry, std::string_view what) {
    const auto slash = entry.subject.rfind('/');
    if (slash == std::string::npos) return odd(entry);
    const std::string disease = entry.subject.substr(0, slash);
    const std::string number = entry.subject.substr(slash + 1);
    std::string from = entry.from;
    if (entry.content.empty()) {  // of before there were attempts: versions in a row
      const std::int64_t before = changes_[disease];
      from = number_text(before);
      const std::string attempt = fmt::format("{}/attempt/{}", disease, number);
      attempts_[attempt].state = "published";
      publish(entry, attempt, 0);
    } else if (what != "rolled_back") {
      const auto attempt = by_content_.find(entry.content);
      if (attempt == by_content_.end()) return odd(entry);
      Standing& standing = attempts_[attempt->second];
      standing.content = entry.content;
      standing.state = "published";
      publish(entry, attempt->second, what == "forced" ? 1 : 0);
    }
    rows_[live_name(disease, ++changes_[disease])] = live_line(entry.at, from, number);
    return {};
  }

  void publish(const LedgerEntry& entry, const std::string& attempt, std::int64_t forced) {
    versions_[entry.subject] = attempt;
    rows_[entry.subject] = version_line(attempt, entry.at, forced);
  }

  std::map<std::string, std::string> by_content_;  // digest -> attempt
  std::map<std::string, Standing> attempts_;       // by subject
  std::map<std::string, std::string> versions_;    // subject -> attempt
  std::map<std::string, std::int64_t> changes_;    // disease -> how many
  Rows rows_;
};

/// The first name at which the two differ.
Result<void> compare(const Rows& stored, const Rows& told) {
  for (const auto& [name, line] : told) {
    const auto found = stored.find(name);
    if (found == stored.end()) {
      return broken_invariant(
          fmt::format("the ledger tells of {}, which is not stored; was it deleted?", name));
    }
    if (found->second != line) {
      return broken_invariant(
          fmt::format("{} is not stored as the ledger tells it; was the database edited?", name));
    }
  }
  for (const auto& [name, line] : stored) {
    if (!told.contains(name)) {
      return broken_invariant(fmt::format(
          "the ledger does not tell of {}, which is stored; were entries deleted?", name));
    }
  }
  return {};
}

}  // namespace

Result<void> check_history(const History& history) {
  Replay replay(history);
  for (const LedgerEntry& entry : history.entries) TRY(replay.take(entry));
  return compare(stored_rows(history), replay.finish());
}

}  // namespace relearn
