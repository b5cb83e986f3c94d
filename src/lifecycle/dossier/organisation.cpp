#include "lifecycle/dossier/organisation.h"

#include <fmt/format.h>

#include <array>

#include "base/file.h"
#include "clinical/table_reader.h"

namespace relearn {
namespace {

constexpr std::uint64_t kBytesMax = 64 << 10;

struct Field {
  std::string_view key;
  std::string Organisation::*value;
};
constexpr std::array<Field, 5> kFields = {
    Field{"developer", &Organisation::developer}, Field{"funding", &Organisation::funding},
    Field{"external_tester", &Organisation::external_tester},
    Field{"outcome_references", &Organisation::outcome_references},
    Field{"report_problems_to", &Organisation::report_problems_to}};

}  // namespace

Result<Organisation> load_organisation(const std::filesystem::path& path) {
  Organisation organisation;
  if (!std::filesystem::exists(path)) {
    for (const Field& field : kFields) {
      organisation.*field.value =
          "not available because the organisation profile organisation.toml is missing";
    }
    return organisation;
  }
  const std::string name = path.filename().string();
  const std::string text = TRY(read_file(path, kBytesMax));
  const TomlNode tree = TRY(parse_toml(text, name));
  TableReader in(tree, name, "");
  for (const Field& field : kFields) organisation.*field.value = in.text(field.key);
  TRY(in.finish());
  return organisation;
}

}  // namespace relearn
