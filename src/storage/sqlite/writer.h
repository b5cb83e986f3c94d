// The one thread that writes, with group commit: whoever wants to write gives it a unit of work and
// waits, or is called back. All units that have come meanwhile run one after the other in one
// transaction, each in a savepoint of its own, and share one wait for the disk.
//
//   unit A ─┐
//   unit B ─┼─> BEGIN  A  B  (C failed: back to its savepoint)  COMMIT ──> all three are told
//   unit C ─┘
//
// A commit that the disk fails is never tried again and never reported as done: what is on the disk
// then is unknown to everybody (fsyncgate), so on_fatal ends the process.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "storage/sqlite/connection.h"

namespace relearn {

class Writer {
 public:
  /// May throw what SOCI throws: its savepoint is rolled back, and the caller gets an error.
  using Work = std::function<Result<void>(soci::session&)>;
  enum class Afterwards {
    Nothing,
    EmptyJournal,  // after the commit: so that what was erased is not in the journal either
  };

  /// on_fatal is not expected to return. If it does, every call is Unavailable from then on.
  Writer(Session session, std::function<void(const std::string& sentence)> on_fatal);
  ~Writer();  // finishes what was given to it
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// Told once, on the thread that writes: the work is durable, or rolled back and why. Must not
  /// wait, nor throw.
  using Done = std::function<void(Result<void>)>;

  /// Returns when the work is durable, or rolled back and why. Thread-safe; never from inside work.
  Result<void> run(Work work, Afterwards afterwards = Afterwards::Nothing);
  /// Returns at once. Thread-safe. Who bounds how many callers wait bounds what is held here.
  void start(Work work, Done done, Afterwards afterwards = Afterwards::Nothing);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace relearn
