// A clinic with a store in memory, for tests of what becomes of its files.
#pragma once

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "lifecycle/intake/intake.h"
#include "support/memory_record_store.h"
#include "support/scratch_folder.h"

namespace relearn {

class Clinic : public testing::Test {
 protected:
  Clinic() {
    auto loaded = load_disease_folder(std::filesystem::path(RELEARN_SOURCE_DIR) / "diseases");
    if (!loaded.ok()) throw std::runtime_error(loaded.error().message);
    diseases_ = loaded.take_value();
  }

  std::filesystem::path file(const std::string& name, std::string_view text) {
    const auto path = scratch_.path() / name;
    if (!write_file_atomically(path, text).ok()) throw std::runtime_error("cannot write " + name);
    return path;
  }

  IntakePorts ports() {
    return {records_, people_, [this] { return now_; }, progress_, cancel_};
  }

  ImportEnd predictions(const ImportRequest& request) {
    auto end = import_predictions(diseases_, request, {}, ports());
    if (!end.ok()) throw std::runtime_error(end.error().message);
    return end.take_value();
  }

  ImportEnd outcomes(const ImportRequest& request) {
    auto end = import_outcomes(diseases_, request, ports());
    if (!end.ok()) throw std::runtime_error(end.error().message);
    return end.take_value();
  }

  static void expect_adds_up(const ImportReport& report) {
    for (const ItemCounts* counts : {&report.lines, &report.outcomes}) {
      EXPECT_EQ(counts->given, counts->added + counts->already_there + counts->refused);
    }
  }

  std::vector<DiseaseFile> diseases_;
  MemoryRecordStore records_;
  MemoryPeopleStore people_;
  Moment now_ = start_of({2026, 3, 1});
  NoProgress progress_;
  CancelToken cancel_;
  ScratchFolder scratch_;
};

inline constexpr std::string_view kVisits = "made_at,person,prediction_ref,pregnancies,age_years\n";

/// `count` visits of different people, by number from `first`.
inline std::string visits(std::size_t first, std::size_t count, std::string_view line_end = "\n") {
  std::string text;
  for (std::size_t i = first; i < first + count; ++i) {
    text += "2026-01-10,person " + std::to_string(i) + ",visit,1," + std::to_string(21 + i % 60);
    text += line_end;
  }
  return text;
}

}  // namespace relearn
