#include "service/child/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <optional>

#include "base/text.h"
#include "service/child/line_splitter.h"
#include "service/child/spawn.h"

namespace relearn {
namespace {

using How = ChildEnd::How;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// How long a request to stop may stay unnoticed; a token cannot be waited for.
constexpr milliseconds kLookEvery{50};
constexpr std::size_t kLastWordsMax = 4096;
constexpr std::size_t kPieceBytes = 16 * 1024;
/// A pipe holds at most a MiB (/proc/sys/fs/pipe-max-size).
constexpr std::size_t kLastPieces = (std::size_t{1} << 20) / kPieceBytes;

/// How many processes this machine's kernel has ended for want of memory since it started.
std::uint64_t kernel_memory_kills() {
  const Descriptor file(::open("/proc/vmstat", O_RDONLY | O_CLOEXEC));
  std::string text(64 * 1024, '\0');
  const ssize_t got = file.get() < 0 ? 0 : ::read(file.get(), text.data(), text.size());
  text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  constexpr std::string_view kName = "\noom_kill ";
  const auto at = text.find(kName);
  if (at == std::string::npos) return 0;
  const auto end = text.find('\n', at + 1);
  const auto count = parse_number(text.substr(at + kName.size(), end - at - kName.size()));
  return count ? static_cast<std::uint64_t>(*count) : 0;
}

/// What the system says of an ended child.
struct Death {
  int status = 0;
  double cpu_seconds = 0;
  std::uint64_t kernel_kills = 0;  // for want of memory, while it ran
};

/// Follows one child from birth to end.
class Watch {
 public:
  Watch(const ChildProgram& program, std::string_view name,
        const std::function<Result<void>(std::string_view)>& line, SpawnedChild child)
      : program_(program),
        name_(name),
        line_(line),
        child_(std::move(child)),
        lines_(program.line_bytes_max),
        started_(Clock::now()),
        heard_(started_) {}
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch() {
    if (child_.pid > 0) finish();
  }

  ChildEnd run(const CancelToken& cancel);

 private:
  void wait_for_news() const;
  void read_streams();
  void read_stream(Descriptor& stream, const std::function<void(std::string_view)>& take);
  void nudge();
  void judge(const CancelToken& cancel);
  void end_now(How how, std::string why);
  void signal_group(int signal) const;
  bool has_ended() const;
  Death finish();
  ChildEnd diagnose(const Death& death) const;
  std::string sentence(How how, const Death& death) const;
  How how_it_ended(const Death& death) const;
  bool lacked_memory() const;

  const ChildProgram& program_;
  const std::string name_;
  const std::function<Result<void>(std::string_view)>& line_;
  SpawnedChild child_;
  LineSplitter lines_;
  std::string last_words_;
  const Clock::time_point started_;
  Clock::time_point heard_;  // the last line
  bool spoken_ = false, nudged_ = false;
  std::optional<Clock::time_point> stopped_;  // asked to stop
  std::optional<How> verdict_;                // why we ended it; none: it ended by itself
  std::string why_;                           // Garbage: what was wrong
  const std::uint64_t kernel_kills_before_ = kernel_memory_kills();
};

void Watch::wait_for_news() const {
  std::array<pollfd, 3> news = {pollfd{child_.output.get(), POLLIN, 0},
                                pollfd{child_.errors.get(), POLLIN, 0},
                                pollfd{child_.ended.get(), POLLIN, 0}};
  ::poll(news.data(), news.size(), static_cast<int>(kLookEvery.count()));
}

/// What is there now; closes the stream at its end.
void Watch::read_stream(Descriptor& stream, const std::function<void(std::string_view)>& take) {
  if (stream.get() < 0) return;
  std::array<char, kPieceBytes> piece;
  const ssize_t got = ::read(stream.get(), piece.data(), piece.size());
  if (got > 0) take({piece.data(), static_cast<std::size_t>(got)});
  if (got == 0) stream.close();
}

void Watch::read_streams() {
  read_stream(child_.output, [&](std::string_view bytes) {
    if (verdict_) return;
    const auto done = lines_.add(bytes, [&](std::string_view text) {
      heard_ = Clock::now();
      spoken_ = true;
      return line_(text);
    });
    if (!done.ok()) end_now(How::Garbage, done.error().message);
  });
  read_stream(child_.errors, [&](std::string_view bytes) {
    last_words_ += bytes;
    if (last_words_.size() > kLastWordsMax) {
      last_words_.erase(0, last_words_.size() - kLastWordsMax);
    }
  });
}

/// Nothing once its end was taken: the number may be somebody else's then.
void Watch::signal_group(int signal) const {
  if (child_.pid > 0) ::kill(-child_.pid, signal);
}

void Watch::end_now(How how, std::string why) {
  if (!verdict_) verdict_ = how, why_ = std::move(why);
  signal_group(SIGKILL);
}

/// A child that has said something has its handler in place.
void Watch::nudge() {
  if (nudged_ || !spoken_ || program_.nudge == nullptr || !program_.nudge->requested()) return;
  nudged_ = true;
  if (child_.pid > 0) ::kill(child_.pid, SIGUSR1);
}

void Watch::judge(const CancelToken& cancel) {
  const auto now = Clock::now();
  if (cancel.requested() && !verdict_) {
    verdict_ = How::Cancelled;
    stopped_ = now;
    signal_group(SIGTERM);
  }
  if (stopped_ && now - *stopped_ > kStopGrace) signal_group(SIGKILL);
  if (verdict_) return;
  const auto over = [&](Clock::time_point since, milliseconds most) {
    return most.count() > 0 && now - since > most;
  };
  if (over(started_, program_.wall_max)) end_now(How::WallLimit, "");
  if (over(heard_, program_.silence_max)) end_now(How::Silent, "");
}

/// Without taking its end away: while it is a zombie, its process group is nobody else's.
bool Watch::has_ended() const {
  siginfo_t info{};
  const auto pid = static_cast<id_t>(child_.pid);
  return ::waitid(P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0;
}

/// Ends whatever is left of its group, then takes its end.
Death Watch::finish() {
  signal_group(SIGKILL);
  Death death;
  rusage used{};
  while (::wait4(child_.pid, &death.status, 0, &used) < 0 && errno == EINTR) {
  }
  child_.pid = -1;
  death.cpu_seconds = static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                      static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
  death.kernel_kills = kernel_memory_kills() - kernel_kills_before_;
  return death;
}

ChildEnd Watch::run(const CancelToken& cancel) {
  while (!has_ended()) {
    wait_for_news();
    read_streams();
    nudge();
    judge(cancel);
  }
  // What it wrote before its end is in the pipes; what a descendant that escaped holds open is not
  // waited for.
  const Death death = finish();
  for (std::size_t piece = 0; piece < kLastPieces; ++piece) read_streams();
  if (!verdict_ && !lines_.rest().empty() && WIFEXITED(death.status) &&
      WEXITSTATUS(death.status) == 0) {
    verdict_ = How::Garbage;
    why_ = "its last line does not end";
  }
  return diagnose(death);
}

/// Words of the C++ library, of glibc, of the loader and of libgomp when there is no memory for an
/// object, a library or a thread.
bool Watch::lacked_memory() const {
  if (program_.memory_bytes_max == 0) return false;
  for (const std::string_view words :
       {"std::bad_alloc", "Cannot allocate memory", "failed to map segment",
        "Resource temporarily unavailable"}) {
    if (last_words_.find(words) != std::string::npos) return true;
  }
  return false;
}

How Watch::how_it_ended(const Death& death) const {
  if (verdict_) return *verdict_;
  if (WIFEXITED(death.status)) {
    const int code = WEXITSTATUS(death.status);
    if (code == 0) return How::Finished;
    return code == kExitOutOfMemory || lacked_memory() ? How::OutOfMemory : How::Failed;
  }
  const auto cpu_max = static_cast<double>(program_.cpu_max.count());
  switch (WTERMSIG(death.status)) {
    case SIGXCPU:
      return How::CpuLimit;
    case SIGXFSZ:
      return How::FileLimit;
    case SIGKILL:
      if (cpu_max > 0 && death.cpu_seconds >= cpu_max) return How::CpuLimit;
      return death.kernel_kills > 0 ? How::OutOfMemory : How::Killed;
    case SIGTERM:
    case SIGINT:
    case SIGHUP:
    case SIGQUIT:
      return How::Killed;
    default:
      return lacked_memory() ? How::OutOfMemory : How::Crashed;
  }
}

std::string megabytes(std::uint64_t bytes) { return fmt::format("{} MiB", bytes >> 20); }

std::string signal_text(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name == nullptr ? fmt::format("signal {}", signal) : fmt::format("SIG{}", name);
}

std::string Watch::sentence(How how, const Death& death) const {
  const int status = death.status;
  const auto seconds = [](milliseconds time) {
    return fmt::format("{:g} s", static_cast<double>(time.count()) / 1000);
  };
  switch (how) {
    case How::Finished:
      return "";
    case How::Failed:
      return fmt::format("{} failed with exit code {}", name_, WEXITSTATUS(status));
    case How::Killed:
      return fmt::format(
          "{} was killed ({}); did somebody stop it, or is the machine short of "
          "memory?",
          name_, signal_text(WTERMSIG(status)));
    case How::OutOfMemory:
      if (death.kernel_kills > 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
        return fmt::format("{} was ended by the kernel because the machine ran out of memory",
                           name_);
      }
      return fmt::format("{} needs more memory than its limit of {}", name_,
                         megabytes(program_.memory_bytes_max));
    case How::CpuLimit:
      return fmt::format("{} used more processor time than its limit of {} s", name_,
                         program_.cpu_max.count());
    case How::FileLimit:
      return fmt::format("{} wrote a file larger than its limit of {}", name_,
                         megabytes(program_.file_bytes_max));
    case How::WallLimit:
      return fmt::format("{} ran longer than its limit of {} and was ended", name_,
                         seconds(program_.wall_max));
    case How::Silent:
      return fmt::format("{} said nothing for {} and was ended; it hangs", name_,
                         seconds(program_.silence_max));
    case How::Garbage:
      return fmt::format("{} wrote garbage on its standard output: {}", name_, why_);
    case How::Crashed:
      return fmt::format("{} crashed ({})", name_, signal_text(WTERMSIG(status)));
    case How::Cancelled:
      return fmt::format("{} was stopped on request", name_);
  }
  return "";
}

ChildEnd Watch::diagnose(const Death& death) const {
  ChildEnd end;
  end.how = how_it_ended(death);
  if (WIFEXITED(death.status)) end.exit_code = WEXITSTATUS(death.status);
  if (WIFSIGNALED(death.status)) end.signal = WTERMSIG(death.status);
  end.sentence = sentence(end.how, death);
  end.last_words = last_words_;
  return end;
}

}  // namespace

Result<ChildEnd> run_child(const ChildProgram& program, std::string_view name,
                           const std::function<Result<void>(std::string_view)>& line,
                           const CancelToken& cancel) {
  return Watch(program, name, line, TRY(spawn(program, name))).run(cancel);
}

}  // namespace relearn
