// One prediction as it is stored.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "records/prediction.h"
#include "storage/sqlite/connection.h"

namespace relearn {

/// By a column with an index: id, import_index, number. Throws.
Result<std::optional<Prediction>> find_prediction_where(soci::session& session,
                                                        std::string_view column,
                                                        const std::string& value);

}  // namespace relearn
