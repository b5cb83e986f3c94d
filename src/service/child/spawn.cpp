#include "service/child/spawn.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <limits>
#include <optional>
#include <system_error>
#include <vector>

namespace relearn {
namespace {

/// More than the trainer ever has open; far fewer than would hurt a neighbour.
constexpr rlim_t kFilesMax = 64;
/// After SIGXCPU, for a child that ignores it.
constexpr rlim_t kCpuGraceSeconds = 2;
/// Free for dup2 below this number.
constexpr int kFirstFreeDescriptor = 10;
constexpr int kStatus = 3;  // in the child: tells the parent why exec failed
constexpr int kExitCannotRun = 127;

/// All that a child inherits of our environment. XGBoost's and others' OpenMP pools start one
/// thread; how many threads train is said in the job.
constexpr std::array kEnvironment = {
    "PATH=/usr/bin:/bin", "LANG=C.UTF-8", "OMP_NUM_THREADS=1",
#if defined(__SANITIZE_ADDRESS__)
    "ASAN_OPTIONS=detect_leaks=0",  // looking for leaks needs ptrace, which the sandbox denies
#endif
};

struct Limit {
  __rlimit_resource resource;
  rlimit value;
};

/// Made before fork: between fork and exec nothing may allocate, as another thread may have held
/// the allocator's lock when we forked.
struct Birth {
  const char* program;
  std::vector<char*> arguments;
  std::vector<char*> environment;
  const char* folder;  // null: ours
  std::array<Limit, 5> limits;
  int niceness;
  pid_t parent;
  int input, output, errors, status;
};

/// 0 asks for none. What we may not exceed ourselves, a child may not either.
Limit limit(__rlimit_resource resource, std::uint64_t most, rlim_t grace = 0) {
  rlimit ours{};
  ::getrlimit(resource, &ours);
  const rlim_t wanted = most == 0 ? RLIM_INFINITY : most;
  const rlim_t hardest = most == 0 ? RLIM_INFINITY : most + grace;
  return {resource, {std::min(wanted, ours.rlim_max), std::min(hardest, ours.rlim_max)}};
}

std::array<Limit, 5> limits_of(const ChildProgram& program) {
  const auto cpu = static_cast<std::uint64_t>(program.cpu_max.count());
  return {limit(RLIMIT_AS, kMemoryIsLimited ? program.memory_bytes_max : 0),
          limit(RLIMIT_CPU, cpu, kCpuGraceSeconds), limit(RLIMIT_FSIZE, program.file_bytes_max),
          // A core file would hold records.
          Limit{RLIMIT_CORE, {0, 0}}, limit(RLIMIT_NOFILE, kFilesMax)};
}

[[noreturn]] void cannot_run(int status) {
  const int code = errno;
  [[maybe_unused]] const auto told = ::write(status, &code, sizeof code);
  ::_exit(kExitCannotRun);
}

/// Runs in the child; only what is safe after fork in a program of many threads.
[[noreturn]] void become(const Birth& birth) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != birth.parent) ::_exit(kExitCannotRun);  // died before prctl
  for (int one = 1; one < NSIG; ++one) ::signal(one, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (::dup2(birth.status, kStatus) < 0) cannot_run(birth.status);
  ::fcntl(kStatus, F_SETFD, FD_CLOEXEC);
  if (::dup2(birth.input, 0) < 0 || ::dup2(birth.output, 1) < 0 || ::dup2(birth.errors, 2) < 0) {
    cannot_run(kStatus);
  }
  ::syscall(SYS_close_range, kStatus + 1, std::numeric_limits<unsigned>::max(), 0);
  for (const Limit& one : birth.limits) {
    if (::setrlimit(one.resource, &one.value) != 0) cannot_run(kStatus);
  }
  [[maybe_unused]] const int now = ::nice(birth.niceness);
  if (birth.folder != nullptr && ::chdir(birth.folder) != 0) cannot_run(kStatus);
  ::execve(birth.program, birth.arguments.data(), birth.environment.data());
  cannot_run(kStatus);
}

struct Pipe {
  Descriptor read, write;
};

/// Both ends are above the standard streams, also when those were closed.
std::optional<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  const Descriptor low_read(ends[0]), low_write(ends[1]);
  Pipe pipe{Descriptor(::fcntl(ends[0], F_DUPFD_CLOEXEC, kFirstFreeDescriptor)),
            Descriptor(::fcntl(ends[1], F_DUPFD_CLOEXEC, kFirstFreeDescriptor))};
  if (pipe.read.get() < 0 || pipe.write.get() < 0) return std::nullopt;
  return pipe;
}

std::optional<Descriptor> open_nothing() {
  const Descriptor low(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (low.get() < 0) return std::nullopt;
  Descriptor nothing(::fcntl(low.get(), F_DUPFD_CLOEXEC, kFirstFreeDescriptor));
  if (nothing.get() < 0) return std::nullopt;
  return nothing;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

Error cannot_start(std::string_view name, const std::filesystem::path& program, int code) {
  return unavailable(fmt::format("{} ({}) cannot be started: {}", name, program.string(),
                                 std::system_category().message(code)));
}

void make_non_blocking(const Descriptor& end) {
  ::fcntl(end.get(), F_SETFL, ::fcntl(end.get(), F_GETFL) | O_NONBLOCK);
}

}  // namespace

Result<SpawnedChild> spawn(const ChildProgram& program, std::string_view name) {
  auto output = make_pipe(), errors = make_pipe(), status = make_pipe();
  const auto input = open_nothing();
  if (!output || !errors || !status || !input) return cannot_start(name, program.program, errno);
  std::vector<std::string> words = {program.program.string()};
  words.insert(words.end(), program.arguments.begin(), program.arguments.end());
  std::vector<std::string> environment(kEnvironment.begin(), kEnvironment.end());
  const Birth birth{program.program.c_str(),
                    pointers(words),
                    pointers(environment),
                    program.folder.empty() ? nullptr : program.folder.c_str(),
                    limits_of(program),
                    program.niceness,
                    ::getpid(),
                    input->get(),
                    output->write.get(),
                    errors->write.get(),
                    status->write.get()};
  const pid_t pid = ::fork();
  if (pid < 0) return cannot_start(name, program.program, errno);
  if (pid == 0) become(birth);
  ::setpgid(pid, pid);  // whoever comes first; we may have to kill the group at once
  status->write.close();
  int code = 0;
  ssize_t told = 0;
  while ((told = ::read(status->read.get(), &code, sizeof code)) < 0 && errno == EINTR) {
  }
  if (told > 0) {
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    return cannot_start(name, program.program, code);
  }
  make_non_blocking(output->read);
  make_non_blocking(errors->read);
  return SpawnedChild{pid, std::move(output->read), std::move(errors->read),
                      Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)))};
}

}  // namespace relearn
