#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/commands.h"

namespace relearn {
namespace {

void print_copy(const StoreCopy& copy, std::string_view what, const Context& context) {
  std::FILE* const out = context.environment.out;
  if (context.format == OutputFormat::Json) {
    nlohmann::ordered_json json = {{"files", copy.files},
                                   {"bytes", copy.bytes},
                                   {"users", copy.users},
                                   {"predictions", copy.predictions},
                                   {"outcomes", copy.outcomes}};
    if (!copy.moved_aside.empty()) json["moved_aside"] = copy.moved_aside.string();
    fmt::print(out, "{}\n", json.dump());
    return;
  }
  fmt::print(out, "{}, checked: {} files, {} bytes\n", what, copy.files, copy.bytes);
  fmt::print(out, "holds {} users, {} predictions, {} outcomes\n", copy.users, copy.predictions,
             copy.outcomes);
  if (!copy.moved_aside.empty()) {
    fmt::print(out, "the store that was there is now {}\n", copy.moved_aside.string());
  }
}

}  // namespace

Result<void> run(const BackupCommand& command, const Context& context) {
  const StoreCopy copy = TRY(context.environment.back_up(command.folder));
  print_copy(copy, fmt::format("backed up to {}", command.folder.string()), context);
  if (context.format == OutputFormat::Plain) {
    fmt::print(context.environment.out, "the key is not in it: keep a copy of it elsewhere\n");
  }
  return {};
}

Result<void> run(const RestoreCommand& command, const Context& context) {
  const StoreCopy copy = TRY(context.environment.restore(command.folder, command.if_exists));
  print_copy(copy, fmt::format("restored from {}", command.folder.string()), context);
  return {};
}

}  // namespace relearn
