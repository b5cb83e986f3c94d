// What a trainer hands over: files in one folder. docs/formats/training_job.md describes them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/result.h"
#include "lifecycle/training/training.h"

namespace relearn {

inline constexpr const char* kCandidateModel = "candidate.sav";
inline constexpr const char* kCandidatePage = "report.html";
inline constexpr const char* kCandidateReport = "report.json";
inline constexpr const char* kCandidateSummary = "summary.txt";
inline constexpr const char* kCandidateSetAside = "quarantine.csv";
inline constexpr const char* kCandidateGolden = "golden.json";
inline constexpr const char* kCandidateEvidence = "evidence.json";
inline constexpr const char* kCandidateReference = "reference.json";

/// Far above what the largest real report takes; what is larger is no report.
inline constexpr std::uint64_t kReportBytesMax = 64 << 20;
inline constexpr std::uint64_t kSummaryBytesMax = 1 << 20;
inline constexpr std::uint64_t kEvidenceBytesMax = 1 << 20;
inline constexpr std::uint64_t kSetAsideBytesMax = 256 << 20;

struct Bundle {
  std::string model;      // bytes of a .sav file
  std::string page;       // the report as HTML
  std::string report;     // the report as JSON
  std::string summary;    // for a terminal
  std::string set_aside;  // the rows that were not used, unchanged, as lines
  std::string golden;     // what the model says where it was learnt (replay/golden_cases.h)
  std::string reference;  // whom it learnt from, in counts (population_reference.h)
  std::string evidence;   // for a verdict, as JSON; empty when the job asks for none
};

/// BrokenInvariant when the model cannot be read back from its bytes as the same model.
Result<Bundle> make_bundle(const DiseaseFile& disease, const TrainingRecord& record);

Result<void> write_bundle(const Bundle& bundle, const std::filesystem::path& folder);

}  // namespace relearn
