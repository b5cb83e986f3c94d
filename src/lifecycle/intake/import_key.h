// What a line of a file is recognised by when it comes again: a digest of what makes it what it is.
#pragma once

#include <string>
#include <string_view>

#include "records/outcome.h"
#include "records/prediction.h"

namespace relearn {

/// Whom a key is about: the account's number, or the clinic's reference.
std::string subject_key(const Subject& subject);

/// By the clinic's own name of the assessment: the only way to tell its outcome without our id.
std::string key_of_reference(std::string_view disease, const Subject& subject,
                             std::string_view prediction_ref);

/// By who was assessed, when, and with which values.
std::string key_of_contents(const NewPrediction& prediction);

/// By everything that the event says, but not by when it was recorded.
std::string key_of_event(const NewOutcomeEvent& event);

}  // namespace relearn
