#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/commands.h"

namespace relearn {

Result<void> run(const OutcomesListCommand& command, const Context& context) {
  const Environment& world = context.environment;
  const Stores stores = TRY(world.open_stores(OpenStore::MustExist));
  std::vector<DiseaseFile> diseases;
  if (command.disease.empty()) {
    diseases = TRY(load_disease_folder(context.diseases));
  } else {
    diseases.push_back(TRY(find_disease(context, command.disease)));
  }
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  if (context.format == OutputFormat::Plain) {
    fmt::print(world.out, "{:<12} {:>11} {:>9} {:>9} {:>9} {:>9} {:>9}\n", "disease", "predictions",
               "no word", "reported", "contested", "retracted", "confirmed");
  }
  for (const DiseaseFile& disease : diseases) {
    const RecordCounts counts = TRY(stores.records->count_records(disease.id));
    if (context.format == OutputFormat::Plain) {
      fmt::print(world.out, "{:<12} {:>11} {:>9} {:>9} {:>9} {:>9} {:>9}\n", disease.id,
                 counts.found, counts.without_outcome, counts.reported, counts.contested,
                 counts.retracted, counts.confirmed);
    }
    list.push_back({{"disease", disease.id},
                    {"predictions", counts.found},
                    {"without_outcome", counts.without_outcome},
                    {"reported", counts.reported},
                    {"contested", counts.contested},
                    {"retracted", counts.retracted},
                    {"confirmed", counts.confirmed}});
  }
  if (context.format == OutputFormat::Json) fmt::print(world.out, "{}\n", list.dump(2));
  return {};
}

}  // namespace relearn
