// The mechanical gate: before the bytes of a model file may answer anybody, a process that has
// never seen the model loads these very bytes and shows that
//
//   identity  they are the bytes that were asked for
//   golden    they tell every golden case what the model told it where it was learnt, bit for bit
//   parity    their ONNX graph, computed operator by operator without our scorer, says the same
//   size      they are small enough
//   time      they load, and answer, fast enough: in processor time, which a busy machine does not
//             change
//
// docs/formats/parity.md describes the certificate.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "learning/model_file/model_file.h"

namespace relearn {

struct ReplayLimits {
  /// Of a risk of the graph against ours: what docs/formats/saved_model.md promises of any ONNX
  /// runtime.
  double parity_tolerance = 1e-6;
  /// Generous: a hundred times what the largest model that we have measured takes.
  std::chrono::microseconds load_cpu_max{5'000'000};
  std::chrono::microseconds score_cpu_max{20'000};
  std::uint64_t model_bytes_max = kModelFileBytesMax;
};

struct ReplayCertificate {
  std::string model_digest, golden_digest;  // SHA-256 of both files
  std::size_t cases = 0;                    // that were told the same, bit for bit
  std::size_t with_contributions = 0;       // of them, with every contribution
  std::uint64_t model_bytes = 0;
  double parity_difference = 0;  // largest difference of a risk between graph and model
  std::size_t parity_case = 0;   // where, 1-based

  // Measured, another number each time: in no file.
  std::chrono::microseconds load_cpu{0};
  std::chrono::microseconds score_cpu{0};  // one patient, mean over the cases
  int landlock = 0;                        // of the sandbox; 0: the kernel has none
};

/// In this process. BrokenInvariant with one sentence that names the case, what was expected and
/// what came; InvalidInput when a file is not what it should be at all.
Result<ReplayCertificate> replay(std::string_view model_bytes, const std::string& model_digest,
                                 std::string_view golden_text, const ReplayLimits& limits = {});

/// The part of a certificate that is the same whenever and wherever it is made: parity.json.
std::string certificate_json(const ReplayCertificate& certificate);

}  // namespace relearn
