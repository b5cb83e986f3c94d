// Reading one file of baseline records: whatever is in it is understood, refused, or set aside with
// a reason; nothing is dropped silently and nothing is guessed.
//
// A file is read by one adapter of its disease. Each row is then accepted, accepted with warnings,
// or quarantined; after the last row the file is judged as a whole (unit of a column, shifted
// column, copies, one class only, polarity) and refused with one sentence when it cannot be
// trusted.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "clinical/disease_file.h"
#include "clinical/record_check.h"
#include "learning/cohort/polarity.h"

namespace relearn {

/// More than this share of a file's rows in quarantine: something is wrong with the file, not with
/// its rows.
inline constexpr double kQuarantinedShareMax = 0.2;

struct QuarantinedRow {
  std::uint64_t line = 0;            // 1-based, in the file
  std::string text;                  // the row as it stands there
  std::vector<std::string> reasons;  // one sentence each
};

/// How often one thing was found; the parts of `first` say what.
struct CountedFinding {
  Finding first;
  std::uint64_t first_line = 0;
  std::uint64_t rows = 0;
};

struct ReadCounts {
  std::uint64_t rows = 0;                    // in the file, without header and empty lines
  std::uint64_t accepted = 0;                // with or without warnings
  std::uint64_t accepted_with_warnings = 0;  // of these
  std::uint64_t quarantined = 0;             // including duplicates
  std::uint64_t duplicates = 0;              // exact copies of an earlier row
  std::uint64_t persons = 0;                 // among the accepted
};

/// What one file says. All vectors have one entry per accepted row, in the order of the file.
struct SourceReading {
  std::string file;     // as the caller named it
  std::string source;   // hospital or study
  std::string adapter;  // id
  bool synthetic = false;
  std::string header;  // the header line as it stands; empty when there is none
  std::vector<std::vector<float>>
      columns;  // one per predictor of the disease; canonical, NaN = missing
  std::vector<std::uint8_t> outcomes;
  std::vector<std::uint32_t> persons;       // dense from 0, in order of appearance
  std::vector<double> weights;              // above 0, at most 1; empty: every row counts fully
  std::vector<std::uint32_t> contributors;  // empty: nobody is named
  std::vector<std::uint8_t> is_new;         // 1: since the live model learnt; empty: none is
  std::vector<double> served_risks;         // NaN: not told; empty: none is
  std::vector<std::uint32_t> lines;
  ReadCounts counts;
  std::vector<QuarantinedRow> quarantined;  // in order of line
  std::vector<CountedFinding> findings;     // warnings and reasons, most frequent first
  std::vector<std::string> warnings;        // about the file as a whole, one sentence each
  PolarityReport polarity;

  std::size_t rows() const { return outcomes.size(); }
  /// Accepted rows without a value of this predictor.
  std::size_t missing(std::size_t predictor) const;
};

/// Reads a file. adapter: the id of one, or empty to find the one that fits.
/// InvalidInput with one sentence for what cannot be read or trusted.
Result<SourceReading> read_source(const DiseaseFile& disease, const std::filesystem::path& path,
                                  std::string_view adapter, const CancelToken& cancel);

/// A snapshot: a de-identified cohort file of this platform (privacy/). Its records were checked
/// and tested before they were generalised, so each value is checked again, and the file is not
/// judged as a whole: it may have few people, one class only, and people who are alike.
Result<SourceReading> read_snapshot(const DiseaseFile& disease, const std::filesystem::path& path,
                                    const CancelToken& cancel);

/// What reports call the people of a snapshot.
inline constexpr std::string_view kSnapshotSource = "confirmed here";

/// The same as read_source for a file's text in memory; file: how messages and the reading call it.
Result<SourceReading> read_source_text(const DiseaseFile& disease, std::string_view text,
                                       const std::string& file, std::string_view adapter,
                                       const CancelToken& cancel);

/// Header and quarantined rows, unchanged, to be corrected and read again.
Result<void> write_quarantine(const SourceReading& reading, const std::filesystem::path& path);

}  // namespace relearn
