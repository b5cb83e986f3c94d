// The program: connects the outside world (signals, streams, clock) with the command line.
#include <csignal>
#include <cstdio>
#include <filesystem>

#include "app/wiring.h"
#include "base/cancel.h"
#include "base/clock.h"
#include "cli/commands.h"

namespace {

relearn::CancelToken interrupt, keep_best;

/// First Ctrl-C: stop cleanly. Second: the default, at once.
void on_interrupt(int signal) {
  interrupt.request();
  std::signal(signal, SIG_DFL);
}

void on_keep_best(int) { keep_best.request(); }

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
  std::signal(SIGUSR1, on_keep_best);
  std::signal(SIGPIPE, SIG_IGN);
  const relearn::ParsedArguments parsed = relearn::parse_arguments(argc, argv);
  if (parsed.exit_code >= 0) {
    std::fputs(parsed.text.c_str(), parsed.exit_code == 0 ? stdout : stderr);
    return parsed.exit_code;
  }
  std::error_code ec;
  relearn::Environment environment{stdin,
                                   stdout,
                                   stderr,
                                   interrupt,
                                   keep_best,
                                   [] { return std::chrono::steady_clock::now(); },
                                   std::filesystem::read_symlink("/proc/self/exe", ec),
                                   relearn::machine_clock(),
                                   {},
                                   {},
                                   {}};
  relearn::connect_store(parsed.invocation, environment);
  return relearn::run_invocation(parsed.invocation, environment);
}
