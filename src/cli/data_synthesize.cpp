#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "cli/commands.h"
#include "learning/cohort/synthetic.h"
#include "lifecycle/training/training.h"

namespace relearn {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

Result<void> write_piece(std::FILE* file, std::string_view piece) {
  if (std::fwrite(piece.data(), 1, piece.size(), file) == piece.size()) return {};
  return unavailable(
      fmt::format("the synthetic cohort cannot be written: {}", std::strerror(errno)));
}

}  // namespace

Result<void> run(const DataSynthesizeCommand& command, const Context& context) {
  const Environment& world = context.environment;
  const DiseaseFile disease = TRY(find_disease(context, command.disease));
  const std::uint64_t rows = command.rows == 0 ? kSyntheticRows : command.rows;
  if (command.out == "-") {
    const auto print = [&](std::string_view piece) { return write_piece(world.out, piece); };
    return synthesize(disease, rows, command.seed, print, world.cancel);
  }
  // Streamed, because it may be larger than memory; under its name only when it is whole.
  const std::filesystem::path part = std::filesystem::path(command.out).concat(".part");
  std::unique_ptr<std::FILE, CloseFile> file(std::fopen(part.c_str(), "wb"));
  if (!file) {
    return unavailable(
        fmt::format("{}: cannot be written: {}", part.string(), std::strerror(errno)));
  }
  const auto write = [&](std::string_view piece) { return write_piece(file.get(), piece); };
  auto done = synthesize(disease, rows, command.seed, write, world.cancel);
  if (done.ok() && std::fflush(file.get()) != 0) done = write_piece(file.get(), " ");
  std::error_code ec;
  if (done.ok()) std::filesystem::rename(part, command.out, ec);
  if (!done.ok() || ec) {
    std::error_code ignored;
    std::filesystem::remove(part, ignored);
    if (!done.ok()) return done;
    return unavailable(
        fmt::format("{}: cannot be written: {}", command.out.string(), ec.message()));
  }
  fmt::print(world.err, "{}: {} SYNTHETIC rows of {}\n", command.out.string(), rows, disease.id);
  return {};
}

}  // namespace relearn
