#include "lifecycle/dossier/dossier.h"

#include <fmt/format.h>

#include "clinical/table_reader.h"
#include "lifecycle/dossier/card.h"
#include "lifecycle/dossier/dossier_page.h"
#include "lifecycle/dossier/record.h"
#include "pages/html_page.h"
#include "pages/pdf_file.h"

namespace relearn {

Result<std::map<std::string, std::string>> make_dossier(const DossierFacts& facts) {
  Findings found = TRY(read_findings(facts.report_json, facts.funnel_json, facts.privacy_json));
  const DossierCase one{facts, std::move(found)};
  std::vector<Phrases> languages;
  for (const std::string_view language : kLanguages) {
    languages.push_back(TRY(Phrases::load(language)));
  }
  std::map<std::string, std::string> files;
  std::vector<Wording> wordings;
  for (const Phrases& phrases : languages) {
    const Wording& wording = wordings.emplace_back(phrases, one);
    const Document dossier = dossier_page(wording, one);
    files[fmt::format("dossier.{}.html", phrases.language())] = to_html(dossier);
    files[fmt::format("dossier.{}.pdf", phrases.language())] = TRY(to_pdf(dossier, facts.at));
    files[fmt::format("card.{}.html", phrases.language())] = to_html(card_page(wording, one));
  }
  files["card.json"] = card_json(wordings, one);
  files["record.json"] = record_json(one, files);
  return files;
}

}  // namespace relearn
