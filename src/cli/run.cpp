#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error_kind.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "lifecycle/replay/fresh_process.h"
#include "lifecycle/training/train_job.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;

/// `diseases/` beside the program, or in a folder above it (a source tree, an installation).
Result<fs::path> find_diseases(const fs::path& given, const fs::path& executable) {
  if (!given.empty()) return given;
  for (fs::path folder = executable.parent_path();; folder = folder.parent_path()) {
    for (const fs::path& candidate : {folder / "diseases", folder / "share/relearn/diseases"}) {
      if (fs::is_directory(candidate)) return candidate;
    }
    if (folder == folder.parent_path()) break;
  }
  return not_found("no folder 'diseases' beside the program; name it with --diseases");
}

Result<void> run(const std::monostate&, const Context&) { return broken_invariant("no command"); }

Result<void> run(const TrainJobCommand& command, const Context& context) {
  const Environment& world = context.environment;
  return run_train_job(command.folder, world.out, {world.cancel, world.keep_best});
}

Result<void> run(const ReplayJobCommand& command, const Context& context) {
  return run_replay_job(command.folder, command.model_digest, context.environment.out);
}

/// Our own children are told all they need.
bool needs_diseases(const Invocation& invocation) {
  return !std::holds_alternative<TrainJobCommand>(invocation.command) &&
         !std::holds_alternative<ReplayJobCommand>(invocation.command);
}

Result<void> dispatch(const Invocation& invocation, const Environment& environment) {
  fs::path diseases;
  if (needs_diseases(invocation)) {
    diseases = TRY(find_diseases(invocation.diseases, environment.executable));
  }
  const Context context{environment, invocation.format, diseases};
  return std::visit([&](const auto& command) { return run(command, context); }, invocation.command);
}

}  // namespace

int run_invocation(const Invocation& invocation, const Environment& environment) {
  auto done = dispatch(invocation, environment);
  if (done.ok() && std::fflush(environment.out) != 0) {
    done = unavailable("standard output cannot be written; is the disk full?");
  }
  if (done.ok()) return kDone;
  const Error& error = done.error();
  if (invocation.format == OutputFormat::Json) {
    const nlohmann::ordered_json line = {
        {"event", "error"}, {"kind", kind_word(error.kind)}, {"message", error.message}};
    fmt::print(environment.err, "{}\n",
               line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  } else {
    fmt::print(environment.err, "relearn: {}\n", error.message);
  }
  return exit_code(error.kind);
}

Result<DiseaseFile> find_disease(const Context& context, const std::string& id) {
  std::string known;
  for (DiseaseFile& disease : TRY(load_disease_folder(context.diseases))) {
    if (disease.id == id) return std::move(disease);
    known += fmt::format("{}{}", known.empty() ? "" : ", ", disease.id);
  }
  return not_found(fmt::format("disease '{}' is not described in {}; known are {}", id,
                               context.diseases.string(), known));
}

}  // namespace relearn
