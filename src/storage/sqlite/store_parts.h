// What a SqliteStore is made of. The order matters: the last one ends first, the lock last of all.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "storage/sqlite/folder_lock.h"
#include "storage/sqlite/outcome_writer.h"
#include "storage/sqlite/prediction_writer.h"
#include "storage/sqlite/reader_pool.h"
#include "storage/sqlite/store.h"
#include "storage/sqlite/waiting_list.h"
#include "storage/sqlite/writer.h"

namespace relearn {

struct SqliteStore::Parts {
  FolderLock lock;
  KeyRing keys;
  RandomBytes random;
  Session writing;  // closed after all readers: it moves the journal into the database
  std::unique_ptr<WaitingList> waiting;           // of the writer's thread
  std::unique_ptr<BatchWriter> batches;           // of the writer's thread
  std::unique_ptr<PredictionWriter> predictions;  // of the writer's thread
  std::unique_ptr<OutcomeWriter> outcomes;        // of the writer's thread
  ReaderPool readers;
  Writer writer;

  Parts(FolderLock taken, KeyRing ring, const StoreOptions& options, Session session)
      : lock(std::move(taken)),
        keys(std::move(ring)),
        random(options.random),
        writing(std::move(session)),
        waiting(std::make_unique<WaitingList>(*writing)),
        batches(std::make_unique<BatchWriter>(*writing)),
        predictions(std::make_unique<PredictionWriter>(*writing, keys, random, *waiting)),
        outcomes(std::make_unique<OutcomeWriter>(*writing, keys, *waiting)),
        readers(database_file(options.folder)),
        writer(writing, options.on_fatal) {}

  /// What `work` returns, when that is durable.
  template <typename T, typename Work>
  Result<T> write(Work work, Writer::Afterwards afterwards = Writer::Afterwards::Nothing) {
    std::optional<T> value;
    auto done = writer.run(
        [&](soci::session& session) -> Result<void> {
          value = TRY(work(session));
          return {};
        },
        afterwards);
    if (!done.ok()) return done.take_error();
    return std::move(*value);
  }

  template <typename T, typename Work>
  Result<T> read(Work work) {
    std::optional<T> value;
    auto done = readers.run([&](soci::session& session) -> Result<void> {
      value = TRY(work(session));
      return {};
    });
    if (!done.ok()) return done.take_error();
    return std::move(*value);
  }
};

}  // namespace relearn
