#include <CLI/CLI.hpp>

#include "cli/declare.h"

namespace relearn {

void add_retrain(CLI::App& app, Invocation& invocation) {
  const auto retrain = declare<RetrainCommand>(app, invocation, "retrain",
                                               "learn from the records and publish the model");
  retrain.app->footer("Example: relearn retrain heart --data data --out models");
  retrain.app->add_option("disease", retrain.command->disease, "a disease, or 'all'")->required();
  retrain.app->add_option("--data", retrain.command->data,
                          "folder of the baseline files, or one file; without any: a built-in "
                          "synthetic cohort, labelled SYNTHETIC");
  retrain.app->add_option("--adapter", retrain.command->adapter,
                          "how to read the file (see 'diseases')");
  retrain.app->add_option("--families", retrain.command->families, "model families to try")
      ->delimiter(',');
  retrain.app->add_option("--grid", retrain.command->grid, "clinical (small) or notebooks (large)")
      ->check(CLI::IsMember({"clinical", "notebooks"}))
      ->capture_default_str();
  retrain.app->add_option("--seed", retrain.command->seed, "same data and seed, same bytes")
      ->capture_default_str();
  retrain.app->add_option("--folds", retrain.command->folds, "folds, outer and inner")
      ->check(CLI::Range(2u, 20u))
      ->capture_default_str();
  retrain.app->add_option("--repeats", retrain.command->repeats, "repeats of the outer folds")
      ->check(CLI::Range(1u, 100u))
      ->capture_default_str();
  retrain.app
      ->add_option("--threads", retrain.command->threads, "0: one per core; never changes a result")
      ->check(CLI::Range(0u, 256u))
      ->capture_default_str();
  retrain.app->add_option("--out", retrain.command->out, "folder of the models")
      ->capture_default_str();
  retrain.app->add_option("--quarantine", retrain.command->quarantine,
                          "write the rows that were not used to this file, unchanged");
  retrain.app->add_option("--reason", retrain.command->reason, "why, for the ledger")
      ->capture_default_str();
  retrain.app
      ->add_option("--organisation", retrain.command->organisation,
                   "what only you can say in a model card (docs/dossier.md)")
      ->capture_default_str();
  add_sign_in(*retrain.app, retrain.command,
              "your account (default: whoever has this command "
              "line; approving then takes one person more)");
}

void add_train_job(CLI::App& app, Invocation& invocation) {
  const auto job =
      declare<TrainJobCommand>(app, invocation, "train-job", "what retrain runs as its child");
  job.app->group("");
  job.app->add_option("folder", job.command->folder)->required();
}

void add_replay_job(CLI::App& app, Invocation& invocation) {
  const auto job = declare<ReplayJobCommand>(app, invocation, "replay-job",
                                             "what looks at a model before it goes live");
  job.app->group("");
  job.app->add_option("folder", job.command->folder)->required();
  job.app->add_option("sha256", job.command->model_digest)->required();
}

void add_predict(CLI::App& app, Invocation& invocation) {
  const auto predict =
      declare<PredictCommand>(app, invocation, "predict", "risk, class and reasons for patients");
  predict.app->footer(
      "Example: relearn predict diabetes --set age_years=45 --set \"glucose_2h_mg_per_dl=7.8 "
      "mmol/L\"\n         relearn predict heart --file patients.csv --json");
  predict.app->add_option("disease", predict.command->disease)->required();
  predict.app
      ->add_option_function<std::vector<std::string>>(
          "--set",
          [command = predict.command](const std::vector<std::string>& values) {
            for (const std::string& value : values) {
              const auto equals = value.find('=');
              command->values.emplace_back(value.substr(0, equals), value.substr(equals + 1));
            }
          },
          "a form value: id=value, with a unit if not the usual one; may be repeated")
      ->check([](const std::string& text) {
        return text.find('=') == std::string::npos || text.front() == '='
                   ? "'" + text + "' is not of the form id=value"
                   : std::string();
      });
  predict.app->add_option("--file", predict.command->file,
                          "CSV with a header or JSON of our ids; - is standard input");
  predict.app->add_option("--model", predict.command->model, "the .sav file (default: models/...)");
  predict.app->add_option("--language", predict.command->language, "en or mr")
      ->check(CLI::IsMember({"en", "mr"}))
      ->capture_default_str();
}

}  // namespace relearn
