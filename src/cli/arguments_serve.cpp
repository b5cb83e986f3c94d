#include <CLI/CLI.hpp>

#include "cli/declare.h"

namespace relearn {

void add_serve(CLI::App& app, Invocation& invocation) {
  const auto serve = declare<ServeCommand>(app, invocation, "serve",
                                           "answer over HTTP until it is stopped (SIGTERM)");
  serve.app->footer("Example: relearn serve --listen 127.0.0.1:8080");
  serve.app
      ->add_option("--listen", serve.command->listen, "address and port; port 0 is any free one")
      ->envname("RELEARN_LISTEN")
      ->capture_default_str();
  serve.app
      ->add_option("--trusted-proxy", serve.command->trusted_proxies,
                   "address of the TLS proxy in front; who its client is, it tells in "
                   "X-Forwarded-For")
      ->envname("RELEARN_TRUSTED_PROXY");
  CLI::Option* const certificate =
      serve.app
          ->add_option(
              "--tls-certificate", serve.command->tls_certificate,
              "speaks TLS itself: PEM file, its own certificate first; read again at SIGHUP")
          ->envname("RELEARN_TLS_CERTIFICATE");
  CLI::Option* const key =
      serve.app
          ->add_option("--tls-key", serve.command->tls_key,
                       "of that certificate: PEM file that only its owner reads")
          ->envname("RELEARN_TLS_KEY")
          ->needs(certificate);
  certificate->needs(key);
  serve.app->add_option("--connections", serve.command->connections, "at most, at once")
      ->envname("RELEARN_CONNECTIONS")
      ->check(CLI::Range(1u, 100'000u))
      ->capture_default_str();
  serve.app
      ->add_option("--guest-predictions", serve.command->guest_predictions,
                   "an hour, of one address without an account; 0: none")
      ->envname("RELEARN_GUEST_PREDICTIONS")
      ->check(CLI::Range(0u, 1'000'000'000u))
      ->capture_default_str();
  serve.app
      ->add_option("--account-predictions", serve.command->account_predictions,
                   "an hour, of one account")
      ->envname("RELEARN_ACCOUNT_PREDICTIONS")
      ->check(CLI::Range(1u, 1'000'000'000u))
      ->capture_default_str();
  serve.app
      ->add_option("--data", serve.command->data,
                   "folder of the baseline files that retrains learn from; as for retrain")
      ->envname("RELEARN_DATA");
  serve.app->add_option("--models", serve.command->models, "folder of the live models' .sav files")
      ->envname("RELEARN_MODELS")
      ->capture_default_str();
  serve.app
      ->add_option("--organisation", serve.command->organisation,
                   "who answers for the models; for their cards")
      ->envname("RELEARN_ORGANISATION")
      ->capture_default_str();
  serve.app
      ->add_option("--seed", serve.command->seed, "of retrains; same data and seed, same bytes")
      ->capture_default_str();
  serve.app
      ->add_option("--threads", serve.command->threads,
                   "of a retrain; 0: one per core; never changes a result")
      ->capture_default_str();
}

}  // namespace relearn
