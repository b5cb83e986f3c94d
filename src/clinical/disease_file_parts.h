// The parts of a disease file, one reader each. Used by disease_file.cpp only.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "clinical/disease_file.h"
#include "clinical/table_reader.h"

namespace relearn {

Result<Predictor> read_predictor(const TomlNode& node, std::string_view file);

Result<std::vector<Terminology>> read_terminology(TableReader& owner);

/// The part of [outcome] that events are told in: words, horizon, maturity, reference standards.
Result<void> read_outcome_events(TableReader& in, OutcomeDefinition& outcome);

/// The [privacy] table.
Result<PrivacyPlan> read_privacy(const TomlNode& node, std::string_view file,
                                 std::span<const Predictor> predictors);

/// The [plan] table.
Result<ChangePlan> read_plan(const TomlNode& node, std::string_view file);

/// The [card] table.
Result<ModelCardTexts> read_card(const TomlNode& node, std::string_view file,
                                 std::span<const Predictor> predictors);

/// A [[rules]] entry; each text in `must` becomes one rule.
Result<std::vector<CrossRule>> read_rules(const TomlNode& node, std::string_view file,
                                          std::span<const Predictor> predictors);

Result<Subgroup> read_subgroup(const TomlNode& node, std::string_view file,
                               std::span<const Predictor> predictors);

/// The disease's predictors and outcome must have been read before.
Result<Adapter> read_adapter(const TomlNode& node, std::string_view file,
                             const DiseaseFile& disease);

Result<ImportedForm> read_import(const TomlNode& node, std::string_view file,
                                 std::span<const Predictor> predictors);

Adapter canonical_adapter(const DiseaseFile& disease);

Result<Download> read_download(const TomlNode& node, std::string_view file,
                               std::span<const Adapter> adapters);

/// Lower-case letters, digits and underscores, starting with a letter: TOML, SQL, C++ and JSON
/// agree.
bool is_identifier(std::string_view text);

/// The name of a column that every canonical file may have.
bool is_reserved(std::string_view id);

}  // namespace relearn
