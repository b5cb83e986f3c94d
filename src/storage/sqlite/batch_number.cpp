#include "storage/sqlite/batch_number.h"

#include <soci/soci.h>

namespace relearn {

/// The variables are bound to the statements below them.
struct BatchWriter::Statements {
  std::string kind, origin;
  long long received_at = 0, number = 0;

  soci::statement find, insert;

  explicit Statements(soci::session& session)
      : find((session.prepare << "SELECT id FROM batches WHERE kind = :kind AND origin = :origin",
              soci::use(kind), soci::use(origin), soci::into(number))),
        insert((session.prepare << "INSERT INTO batches (kind, origin, received_at) "
                                   "VALUES (:kind, :origin, :received_at) RETURNING id",
                soci::use(kind), soci::use(origin), soci::use(received_at), soci::into(number))) {}
};

BatchWriter::BatchWriter(soci::session& session)
    : statements_(std::make_unique<Statements>(session)) {}
BatchWriter::~BatchWriter() = default;

long long BatchWriter::number_of(const BatchSource& source) {
  Statements& row = *statements_;
  row.kind = source.kind;
  // One batch for a file, however many calls it takes; by hand: one for a day.
  row.origin =
      source.file_digest.empty() ? to_text(date_of(source.received_at)) : source.file_digest;
  row.received_at = source.received_at.seconds;
  if (!executes_to_row(row.find)) executes_to_row(row.insert);
  return row.number;
}

}  // namespace relearn
