#include "lifecycle/replay/fresh_process.h"

#include <fmt/format.h>
#include <unistd.h>

#include <exception>
#include <new>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/digest.h"
#include "base/error_kind.h"
#include "base/file.h"
#include "learning/model_file/model_file.h"
#include "lifecycle/replay/golden_cases.h"
#include "service/child/child_error.h"
#include "service/child/sandbox.h"

namespace relearn {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::string_view kName = "the replay";

// What the child says, one JSON line each:
//   {"event":"sandbox","landlock":3}                     first
//   {"event":"certificate", ...}                         last, when the model passes
//   {"event":"error","kind":"...","message":"..."}       last, otherwise

Json to_json(const ReplayCertificate& certificate) {
  return {{"event", "certificate"},
          {"model_digest", certificate.model_digest},
          {"golden_digest", certificate.golden_digest},
          {"cases", certificate.cases},
          {"with_contributions", certificate.with_contributions},
          {"model_bytes", certificate.model_bytes},
          {"parity_difference", certificate.parity_difference},
          {"parity_case", certificate.parity_case},
          {"load_cpu_us", certificate.load_cpu.count()},
          {"score_cpu_us", certificate.score_cpu.count()}};
}

ReplayCertificate certificate_of(const Json& json) {
  ReplayCertificate certificate;
  json.at("model_digest").get_to(certificate.model_digest);
  json.at("golden_digest").get_to(certificate.golden_digest);
  json.at("cases").get_to(certificate.cases);
  json.at("with_contributions").get_to(certificate.with_contributions);
  json.at("model_bytes").get_to(certificate.model_bytes);
  json.at("parity_difference").get_to(certificate.parity_difference);
  json.at("parity_case").get_to(certificate.parity_case);
  certificate.load_cpu = std::chrono::microseconds(json.at("load_cpu_us").get<std::int64_t>());
  certificate.score_cpu = std::chrono::microseconds(json.at("score_cpu_us").get<std::int64_t>());
  return certificate;
}

void say(std::FILE* out, const Json& line) {
  fmt::print(out, "{}\n", line.dump(-1, ' ', false, Json::error_handler_t::replace));
  std::fflush(out);  // a parent that is gone is no reason to fail: the kernel ends us
}

std::string printable(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return text;
}

/// What the child has said so far.
struct Heard {
  std::optional<int> landlock;
  std::optional<ReplayCertificate> certificate;
  std::optional<Error> error;

  Result<void> hear(std::string_view line) {
    if (certificate || error) return invalid_input("it went on after its last word");
    try {
      const Json json = Json::parse(line);
      const std::string event = json.at("event");
      if (event == "sandbox") {
        landlock = json.at("landlock").get<int>();
      } else if (event == "error") {
        const auto kind = kind_of_word(json.at("kind").get<std::string>());
        error = Error{kind.value_or(ErrorKind::BrokenInvariant),
                      printable(json.at("message").get<std::string>())};
      } else if (event == "certificate") {
        if (!landlock) return invalid_input("it works outside its sandbox");
        certificate = certificate_of(json);
        certificate->landlock = *landlock;
      } else {
        return invalid_input("it said something that is no message of a replay");
      }
      return {};
    } catch (const Json::exception&) {
      return invalid_input("it said something that is no message of a replay");
    }
  }
};

/// The two files as they lie there.
struct ReplayedFiles {
  std::string model, golden;

  static Result<ReplayedFiles> read(const fs::path& folder) {
    ReplayedFiles files;
    files.model = TRY(read_file(folder / kReplayedModel, kModelFileBytesMax));
    files.golden = TRY(read_file(folder / kReplayedGolden, kGoldenBytesMax));
    return files;
  }
  bool operator==(const ReplayedFiles&) const = default;
};

Error refused(std::string_view why) {
  return broken_invariant(fmt::format("the model does not pass its replay: {}", why));
}

Result<ReplayCertificate> outcome(const ChildEnd& end, const Heard& heard) {
  using How = ChildEnd::How;
  if (end.how == How::Cancelled) return cancelled();
  if ((end.how == How::Finished || end.how == How::Failed) && heard.error) {
    const ErrorKind kind = heard.error->kind;
    if (kind == ErrorKind::Unavailable) return *heard.error;
    return refused(heard.error->message);
  }
  if (end.how != How::Finished) {
    Error error = child_error(end);
    error.message += "; the model was not replayed";
    return error;
  }
  if (!heard.certificate) return refused("its process ended without a word");
  return *heard.certificate;
}

/// The child has read a file from the world: its certificate is believed as far as it can be
/// checked.
Result<void> check_certificate(const ReplayCertificate& certificate, const ReplayedFiles& files,
                               const std::string& model_digest) {
  const std::string found = sha256(files.model);
  if (found != model_digest) {
    return refused(fmt::format("its SHA-256 is {}, asked for was {}", found, model_digest));
  }
  const GoldenCases golden = TRY(parse_golden(files.golden));
  constexpr ReplayLimits limits;
  std::size_t with_contributions = 0;
  for (const GoldenCase& one : golden.cases) with_contributions += !one.contributions.empty();
  const bool fits =
      certificate.model_digest == model_digest &&
      certificate.golden_digest == sha256(files.golden) &&
      certificate.model_bytes == files.model.size() && certificate.cases == golden.cases.size() &&
      certificate.with_contributions == with_contributions && certificate.parity_difference >= 0 &&
      certificate.parity_difference <= limits.parity_tolerance &&
      certificate.load_cpu <= limits.load_cpu_max && certificate.score_cpu <= limits.score_cpu_max;
  return fits ? Result<void>{} : refused("its certificate is of other files or limits");
}

Result<ReplayCertificate> work(const fs::path& folder, const std::string& model_digest,
                               std::FILE* out) {
  const SandboxPlan plan{{folder / kReplayedModel, folder / kReplayedGolden}, {}};
  const Sandbox sandbox = TRY(enter_sandbox(plan));
  say(out, {{"event", "sandbox"}, {"landlock", sandbox.landlock}});
  const ReplayedFiles files = TRY(ReplayedFiles::read(folder));
  return replay(files.model, model_digest, files.golden);
}

Result<ReplayCertificate> work_or_say_why(const fs::path& folder, const std::string& model_digest,
                                          std::FILE* out) {
  try {
    return work(folder, model_digest, out);
  } catch (const std::exception& error) {
    return broken_invariant(fmt::format("the replay failed: {}", error.what()));
  }
}

}  // namespace

ChildProgram replay_program(const fs::path& program) {
  ChildProgram child;
  child.program = program;
  child.memory_bytes_max = kReplayMemoryMax;
  child.file_bytes_max = 1;  // it has nothing to write
  child.cpu_max = kReplayCpuMax;
  child.wall_max = kReplayWallMax;
  return child;
}

Result<ReplayCertificate> replay_in_fresh_process(ChildProgram program, const fs::path& folder,
                                                  const std::string& model_digest,
                                                  const CancelToken& cancel) {
  std::error_code ec;
  program.folder = fs::absolute(folder, ec);
  program.arguments.insert(program.arguments.end(),
                           {"replay-job", program.folder.string(), model_digest});
  const ReplayedFiles before = TRY(ReplayedFiles::read(folder));
  Heard heard;
  const ChildEnd end = TRY(run_child(
      program, kName, [&](std::string_view line) { return heard.hear(line); }, cancel));
  ReplayCertificate certificate = TRY(outcome(end, heard));
  TRY(check_certificate(certificate, before, model_digest));
  const ReplayedFiles after = TRY(ReplayedFiles::read(folder));
  if (!(after == before)) return refused("its files were changed meanwhile");
  return certificate;
}

Result<void> run_replay_job(const fs::path& folder, const std::string& model_digest,
                            std::FILE* out) {
  std::set_new_handler([] { ::_exit(kExitOutOfMemory); });
  auto done = work_or_say_why(folder, model_digest, out);
  if (done.ok()) {
    say(out, to_json(done.value()));
    return {};
  }
  say(out, {{"event", "error"},
            {"kind", kind_word(done.error().kind)},
            {"message", printable(done.error().message)}});
  return done.take_error();
}

}  // namespace relearn
