#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "lifecycle/fetch/fetch.h"

namespace relearn {
namespace {

Result<std::vector<DiseaseFile>> asked_diseases(const DataFetchCommand& command,
                                                const Context& context) {
  if (command.diseases.empty()) return load_disease_folder(context.diseases);
  std::vector<DiseaseFile> diseases;
  for (const std::string& id : command.diseases) {
    diseases.push_back(TRY(find_disease(context, id)));
  }
  return diseases;
}

}  // namespace

Result<void> run(const DataFetchCommand& command, const Context& context) {
  const Environment& world = context.environment;
  const auto progress = make_progress(world.err, context.format, world.clock);
  nlohmann::ordered_json results = nlohmann::ordered_json::array();
  std::optional<Error> first_error;
  for (const DiseaseFile& disease : TRY(asked_diseases(command, context))) {
    for (const Download& download : disease.downloads) {
      const std::filesystem::path folder = command.out / disease.id;
      FetchOptions options;
      options.mirror = command.mirror;
      auto fetched = fetch(download, folder, options, world.cancel, *progress);
      if (!fetched.ok() && fetched.error().kind == ErrorKind::Cancelled)
        return fetched.take_error();
      const std::string state = !fetched.ok() ? fetched.error().message
                                : fetched.value() == FetchOutcome::Fetched
                                    ? "fetched, SHA-256 as declared"
                                    : "already there, SHA-256 as declared";
      if (!fetched.ok() && !first_error) first_error = fetched.error();
      results.push_back({{"disease", disease.id},
                         {"file", (folder / download.file_name).string()},
                         {"ok", fetched.ok()},
                         {"state", state},
                         {"licence", download.licence}});
    }
  }
  if (context.format == OutputFormat::Json) {
    fmt::print(world.out, "{}\n", results.dump(2));
  } else {
    for (const auto& result : results) {
      fmt::print(world.out, "{:<44} {}\n", result["file"].get<std::string>(),
                 result["state"].get<std::string>());
    }
  }
  if (first_error) return *std::move(first_error);
  return {};
}

}  // namespace relearn
