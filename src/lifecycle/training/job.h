// What a trainer is asked for: a folder with one text, job.json, and perhaps one file of records.
// docs/formats/training_job.md describes it. It names no person, no user, no hour and no secret.
//
//   FOLDER/job.json     this
//   FOLDER/cohort.csv   de-identified records, when there are any
//   FOLDER/out/         where the candidate goes; the only place the trainer may write to
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "learning/search/search.h"
#include "lifecycle/training/judgement.h"

namespace relearn {

inline constexpr const char* kJobFile = "job.json";
inline constexpr const char* kCohortFile = "cohort.csv";
inline constexpr const char* kCandidateFolder = "out";
inline constexpr std::uint64_t kJobBytesMax = 4 << 20;
inline constexpr std::uint64_t kCohortBytesMax = std::uint64_t{1} << 30;

/// A file of baseline records.
struct BaselineFile {
  std::filesystem::path path;  // absolute
  std::string name;            // as the person who asked called it; messages use it
};

struct TrainingJob {
  std::filesystem::path disease_file;  // absolute
  std::string disease_digest;          // of the file that the parent read
  std::vector<BaselineFile> files;     // none, and no cohort file: a built-in synthetic cohort
  std::string cohort_digest;  // SHA-256 of the de-identified cohort file; empty: there is none
  std::string adapter;        // of the baseline files; empty: found by their columns
  SearchOptions search;
  std::string code_version;
  std::string funnel_json;             // [{"label": ..., "count": ...}, ...]; empty: not told
  std::string privacy_json;            // {"sentence": ..., numbers by name}; empty: not told
  std::optional<Judgement> judgement;  // absent: a model of everybody, and no evidence
};

/// InvalidInput when the funnel or the privacy report is no JSON.
Result<std::string> job_text(const TrainingJob& job);
/// InvalidInput with one sentence for anything that job_text would not have written.
Result<TrainingJob> parse_job(std::string_view text);

}  // namespace relearn
