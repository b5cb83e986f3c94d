#include "storage/sqlite/batch_number.h"

#include <soci/soci.h>

namespace relearn {

long long BatchNumber::get() {
  if (number_) return *number_;
  // One batch for a file, however many calls it takes; by hand: one for a day.
  const std::string origin =
      source_.file_digest.empty() ? to_text(date_of(source_.received_at)) : source_.file_digest;
  const long long received_at = source_.received_at.seconds;
  long long number = 0;
  session_ << "SELECT id FROM batches WHERE kind = :kind AND origin = :origin",
      soci::use(source_.kind), soci::use(origin), soci::into(number);
  if (!session_.got_data()) {
    session_ << "INSERT INTO batches (kind, origin, received_at) "
                "VALUES (:kind, :origin, :received_at) RETURNING id",
        soci::use(source_.kind), soci::use(origin), soci::use(received_at), soci::into(number);
  }
  number_ = number;
  return number;
}

}  // namespace relearn
