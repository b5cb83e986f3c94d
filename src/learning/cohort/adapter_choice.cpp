#include "learning/cohort/adapter_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "base/text.h"
#include "clinical/synthetic_mark.h"
#include "learning/cohort/baseline.h"
#include "learning/cohort/decimal.h"

namespace relearn {
namespace {

/// Fewer rows than this share can be read: the values contradict the adapter.
constexpr double kFittingShareMin = 0.5;
/// A file with this share of an adapter's names looks like it.
constexpr double kSharedNamesMin = 0.5;

/// The order in which the file has the adapter's columns, when its header names exactly these.
std::optional<ColumnOrder> order_by_name(const Adapter& adapter, const FileSample& sample) {
  if (!adapter.header || sample.header.empty()) return std::nullopt;
  ColumnOrder order;
  std::vector<bool> seen(adapter.columns.size(), false);
  for (const std::string& name : sample.names) {
    const auto column =
        std::find_if(adapter.columns.begin(), adapter.columns.end(),
                     [&](const AdapterColumn& each) { return each.source == name; });
    if (column == adapter.columns.end()) return std::nullopt;
    const auto index = static_cast<std::size_t>(column - adapter.columns.begin());
    if (seen[index]) return std::nullopt;
    seen[index] = true;
    order.push_back(static_cast<int>(index));
  }
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (!seen[i] && !adapter.columns[i].optional) return std::nullopt;
  }
  return order;
}

bool same_width(const Adapter& adapter, const FileSample& sample) {
  return !sample.rows.empty() && sample.rows.front().fields.size() == adapter.columns.size();
}

/// By header, or by position for a file and an adapter that both have none.
std::optional<ColumnOrder> order_of_columns(const Adapter& adapter, const FileSample& sample) {
  if (adapter.header) return order_by_name(adapter, sample);
  if (!sample.header.empty() || !same_width(adapter, sample)) return std::nullopt;
  return listed_order(adapter);
}

struct Fit {
  double share = 0;  // of the sample's rows
  std::string first_problem;
};

/// How many rows hold only numbers, codes, outcomes and persons that the adapter knows.
Fit fit_values(const DiseaseFile& disease, const Adapter& adapter, const ColumnOrder& order,
               const FileSample& sample) {
  Fit fit;
  const RowDecoder decoder(disease, adapter, order);
  RowDecoder::Row row;
  std::size_t fitting = 0;
  for (const FileSample::Row& each : sample.rows) {
    const std::vector<std::string_view> fields(each.fields.begin(), each.fields.end());
    std::vector<Finding> findings;
    decoder.decode(fields, row, findings);
    for (std::size_t j = 0; findings.empty() && j < row.values.size(); ++j) {
      if (disease.predictors[j].is_coded()) {
        check_value(disease.predictors[j], row.values[j], findings);
      }
    }
    if (findings.empty()) {
      ++fitting;
    } else if (fit.first_problem.empty()) {
      fit.first_problem = fmt::format("line {}: {}", each.line, findings.front().message);
    }
  }
  if (!sample.rows.empty()) {
    fit.share = static_cast<double>(fitting) / static_cast<double>(sample.rows.size());
  }
  return fit;
}

double shared_names(const Adapter& adapter, const FileSample& sample) {
  std::size_t shared = 0;
  for (const std::string& name : sample.names) {
    shared += std::any_of(adapter.columns.begin(), adapter.columns.end(),
                          [&](const AdapterColumn& each) { return each.source == name; });
  }
  const auto needed = static_cast<std::size_t>(
      std::count_if(adapter.columns.begin(), adapter.columns.end(),
                    [](const AdapterColumn& each) { return !each.optional; }));
  const std::size_t most = std::max({needed, sample.names.size(), std::size_t{1}});
  return static_cast<double>(shared) / static_cast<double>(most);
}

/// A guess for a file that the adapter cannot read: the columns that it does name, else all by
/// position.
std::optional<ColumnOrder> guessed_order(const Adapter& adapter, const FileSample& sample) {
  if (shared_names(adapter, sample) >= kSharedNamesMin) {
    ColumnOrder order;
    for (const std::string& name : sample.names) {
      const auto column =
          std::find_if(adapter.columns.begin(), adapter.columns.end(),
                       [&](const AdapterColumn& each) { return each.source == name; });
      const bool known = column != adapter.columns.end();
      order.push_back(known ? static_cast<int>(column - adapter.columns.begin()) : -1);
    }
    return order;
  }
  if (!same_width(adapter, sample)) return std::nullopt;
  return listed_order(adapter);
}

/// The adapter that a file most looks like: of those that its values fit the one with most of its
/// names, then the one with most of its values; when none fits, by names alone. Null when like
/// none.
const Adapter* likely_adapter(const DiseaseFile& disease, const FileSample& sample) {
  const Adapter* likely = nullptr;
  std::pair<double, double> best{0, 0};  // names, values
  for (const Adapter& adapter : disease.adapters) {
    std::optional<ColumnOrder> order = order_of_columns(adapter, sample);
    if (!order) order = guessed_order(adapter, sample);
    if (!order) continue;
    const std::pair alike{shared_names(adapter, sample),
                          fit_values(disease, adapter, *order, sample).share};
    if (alike.second >= kFittingShareMin && alike > best) likely = &adapter, best = alike;
  }
  if (likely != nullptr) return likely;
  for (const Adapter& adapter : disease.adapters) {
    const std::pair alike{shared_names(adapter, sample), 0.0};
    if (alike.first >= kSharedNamesMin && alike > best) likely = &adapter, best = alike;
  }
  return likely;
}

/// "'web-heart-csv' (its target = 1 means no disease)"
std::string name_adapter(const Adapter& adapter) {
  const auto one = adapter.outcome_codes.find("1");
  if (one == adapter.outcome_codes.end() || one->second == 1)
    return fmt::format("'{}'", adapter.id);
  return fmt::format("'{}' (its {} = 1 means no disease)", adapter.id,
                     adapter.columns_in_order[static_cast<std::size_t>(adapter.outcome_column)]);
}

/// What the person can do so that the file is read by this adapter.
std::string advice(const Adapter& adapter, const FileSample& sample) {
  if (order_of_columns(adapter, sample)) {
    return fmt::format("say --adapter {} or declare it in the disease file", adapter.id);
  }
  if (adapter.header && sample.header.empty()) {
    return fmt::format("if so, give it the header line of that source and say --adapter {}",
                       adapter.id);
  }
  if (!adapter.header && same_width(adapter, sample)) {
    return fmt::format("if so, take its header line away and say --adapter {}", adapter.id);
  }
  return "declare an adapter for its columns in the disease file";
}

std::string list_adapters(const DiseaseFile& disease) {
  std::string list;
  for (const Adapter& adapter : disease.adapters) {
    list += fmt::format("{}'{}'", list.empty() ? "" : ", ", adapter.id);
  }
  return list;
}

/// Why `adapter` cannot read the file, for somebody who said it should.
std::string shape_problem(const Adapter& adapter, const FileSample& sample) {
  if (adapter.header && sample.header.empty()) {
    return fmt::format("the adapter '{}' expects a header line and there is none", adapter.id);
  }
  if (!adapter.header && !sample.header.empty()) {
    return fmt::format("the adapter '{}' expects no header line and there is one", adapter.id);
  }
  if (!adapter.header) {
    return fmt::format("the adapter '{}' expects {} columns and there are {}", adapter.id,
                       adapter.columns.size(), sample.rows.front().fields.size());
  }
  for (const AdapterColumn& column : adapter.columns) {
    if (!column.optional &&
        std::find(sample.names.begin(), sample.names.end(), column.source) == sample.names.end()) {
      return fmt::format("the adapter '{}' expects a column {}, which is not there", adapter.id,
                         column.source);
    }
  }
  for (const std::string& name : sample.names) {
    if (std::count(sample.names.begin(), sample.names.end(), name) > 1) {
      return fmt::format("the column {} is there twice", shown(name));
    }
    if (std::none_of(adapter.columns.begin(), adapter.columns.end(),
                     [&](const AdapterColumn& each) { return each.source == name; })) {
      return fmt::format("the adapter '{}' does not know the column {}", adapter.id, shown(name));
    }
  }
  return "its columns do not fit";
}

/// `refused`: the adapter that the problem is about, or null.
Error refuse(const DiseaseFile& disease, const FileSample& sample, const std::string& file,
             const std::string& problem, const Adapter* refused) {
  const Adapter* likely = likely_adapter(disease, sample);
  if (likely == nullptr || likely == refused) {
    return invalid_input(
        fmt::format("{}: {}; {} knows {}", file, problem, disease.id, list_adapters(disease)));
  }
  return invalid_input(fmt::format("{}: {}; it looks like {}: {}", file, problem,
                                   name_adapter(*likely), advice(*likely, sample)));
}

std::string contradiction(const Adapter& adapter, const Fit& fit) {
  return fmt::format("its columns could be those of '{}', but its values are not ({})", adapter.id,
                     fit.first_problem);
}

Result<AdapterChoice> use_adapter(const DiseaseFile& disease, const FileSample& sample,
                                  const std::string& file, std::string_view wanted) {
  const auto adapter = std::find_if(disease.adapters.begin(), disease.adapters.end(),
                                    [&](const Adapter& each) { return each.id == wanted; });
  if (adapter == disease.adapters.end()) {
    return not_found(fmt::format("{}: '{}' is no adapter of {}, which knows {}", file, wanted,
                                 disease.id, list_adapters(disease)));
  }
  std::optional<ColumnOrder> order = order_of_columns(*adapter, sample);
  if (!order) return refuse(disease, sample, file, shape_problem(*adapter, sample), &*adapter);
  const Fit fit = fit_values(disease, *adapter, *order, sample);
  if (fit.share < kFittingShareMin) {
    return refuse(disease, sample, file, contradiction(*adapter, fit), &*adapter);
  }
  return AdapterChoice{&*adapter, std::move(*order)};
}

bool usual_name(const Adapter& adapter, const std::string& file) {
  const std::string name = std::filesystem::path(file).filename().string();
  return std::find(adapter.file_names.begin(), adapter.file_names.end(), name) !=
         adapter.file_names.end();
}

}  // namespace

Result<FileSample> read_sample(CsvReader& reader) {
  FileSample sample;
  bool first = true;
  while (sample.rows.size() < kSampleRows && TRY(reader.next())) {
    if (first && is_marked_synthetic(reader.text())) {
      sample.synthetic = true;
      continue;
    }
    const auto fields = reader.fields();
    const bool numbers = std::any_of(fields.begin(), fields.end(), [](std::string_view field) {
      return parse_decimal(trim(field)).has_value();
    });
    if (first && !numbers) {
      sample.header = reader.text();
      for (const std::string_view field : fields) sample.names.emplace_back(trim(field));
    } else {
      sample.rows.push_back({reader.line(), {fields.begin(), fields.end()}});
      sample.bytes += reader.text().size() + 1;
    }
    first = false;
  }
  return sample;
}

Result<AdapterChoice> choose_adapter(const DiseaseFile& disease, const FileSample& sample,
                                     const std::string& file, std::string_view wanted) {
  if (sample.rows.empty()) return invalid_input(fmt::format("{}: holds no records", file));
  if (!wanted.empty()) return use_adapter(disease, sample, file, wanted);
  std::vector<AdapterChoice> fitting;
  std::string contradicted;
  const Adapter* contradicting = nullptr;
  for (const Adapter& adapter : disease.adapters) {
    std::optional<ColumnOrder> order = order_of_columns(adapter, sample);
    if (!order) continue;
    const Fit fit = fit_values(disease, adapter, *order, sample);
    if (fit.share >= kFittingShareMin) {
      fitting.push_back({&adapter, std::move(*order)});
    } else {
      contradicted = contradiction(adapter, fit);
      contradicting = &adapter;
    }
  }
  if (fitting.empty()) {
    const std::string problem =
        contradicting != nullptr
            ? contradicted
            : fmt::format("its {} columns are those of no source that {} knows",
                          sample.rows.front().fields.size(), disease.id);
    Error error = refuse(disease, sample, file, problem, contradicting);
    if (contradicting == nullptr) error.kind = ErrorKind::NotFound;  // perhaps another disease's
    return error;
  }
  if (fitting.size() == 1) return std::move(fitting.front());
  for (AdapterChoice& choice : fitting) {
    if (usual_name(*choice.adapter, file)) return std::move(choice);
  }
  return invalid_input(fmt::format("{}: both '{}' and '{}' could read it; say --adapter", file,
                                   fitting[0].adapter->id, fitting[1].adapter->id));
}

}  // namespace relearn
