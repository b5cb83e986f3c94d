// What a disease file says for its model card: the attributes of 45 CFR 170.315(b)(11)(iv)(B) that
// are known before any training. The [card] table; diseases/README.md describes it.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace relearn {

/// The same sentence in each language of the platform: "en", "mr" (Marathi).
using Text = std::map<std::string, std::string, std::less<>>;

/// What the rule asks about the inputs of a model, in its order.
inline constexpr std::array<std::string_view, 9> kDemographics = {"race",
                                                                  "ethnicity",
                                                                  "language",
                                                                  "sexual_orientation",
                                                                  "gender_identity",
                                                                  "sex",
                                                                  "date_of_birth",
                                                                  "social_determinants",
                                                                  "health_status"};

struct ModelCardTexts {
  Text users;                // who may use it
  Text role;                 // informs, augments, replaces; and who decides
  Text out_of_scope;         // tasks, situations, people it is not for
  Text risks;                // known risks of its use
  Text criteria;             // whose records are learnt from
  Text relevance;            // of these records where it is used
  Text fairness;             // how fair output is sought
  Text bias_controls;        // what is done against bias
  Text external_source;      // other data on which it was tested
  Text external_process;     // how
  Text validity_monitoring;  // how and how often
  Text fairness_monitoring;
  Text update_process;
  Text correction;  // how soon after a risk was found
  /// Indices of the inputs of each kind; a kind without any is not there.
  std::map<std::string, std::vector<int>, std::less<>> demographic_inputs;
};

}  // namespace relearn
