// What a model was made of: a training job without any place of this machine, each file named by
// its content. Kept with the model; with the same files it says how to make the same bytes again.
//
// derivation.json:
//   {"format": 1,
//    "disease_file": {"name": "heart.toml", "sha256": "..."},
//    "baseline": [{"name": "processed.cleveland.data", "sha256": "..."}, ...],
//    "cohort_digest": "...", "adapter": "", "search": {...}, "code_version": "...",
//    "judgement": {"champion": "SHA-256 of its file", "anchor": "...", "look": 1, ...}}
//
// The number of threads, which changes no byte, is not in it; nor is what only reports show.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lifecycle/training/job.h"

namespace relearn {

/// A file of which only name and content matter.
struct FileByContent {
  std::string name;    // without a folder; how a file is read may depend on it
  std::string digest;  // SHA-256
};

struct Derivation {
  FileByContent disease_file;
  std::vector<FileByContent> baseline;
  std::string champion_digest, anchor_digest;  // of model files; empty: there was none
  TrainingJob job;                             // all the rest; its paths are names
};

/// Reads the baseline files, to name them by their content; everything else the job knows.
Result<Derivation> derivation_of(const TrainingJob& job);

/// The same derivation, the same bytes.
Result<std::string> derivation_text(const Derivation& derivation);
/// InvalidInput for anything that derivation_text() would not have written.
Result<Derivation> parse_derivation(std::string_view text);

/// Where a file of that name and content lies. NotFound when it is not kept any more.
using FindFile = std::function<Result<std::filesystem::path>(const FileByContent& file)>;

/// The job that makes the model again, of files that `find` finds; that of a model is called
/// "model.sav". The cohort file, when there is one, belongs into the job's folder. Conflict when a
/// file is another one than the model was made of. threads: 0, one per core.
Result<TrainingJob> job_of_derivation(const Derivation& derivation, const FindFile& find,
                                      unsigned threads = 0);

}  // namespace relearn
