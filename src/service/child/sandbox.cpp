#include "service/child/sandbox.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/landlock.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <system_error>

#include "base/descriptor.h"
#include "service/child/system_calls.h"

namespace relearn {
namespace {

// Numbers of <linux/landlock.h> that are newer than Debian 12's; the interface is stable.
constexpr std::uint64_t kTruncate = 1u << 14;
constexpr std::uint64_t kDeviceControl = 1u << 15;
constexpr std::uint64_t kAllTcp = 0b11;     // bind and connect
constexpr std::uint64_t kAllScopes = 0b11;  // abstract sockets and signals of others
constexpr std::uint64_t kFirstThirteen = (1u << 13) - 1;

/// struct landlock_ruleset_attr as of interface 6; an older kernel is given its beginning.
struct Ruleset {
  std::uint64_t files = 0;
  std::uint64_t network = 0;
  std::uint64_t scopes = 0;
};

constexpr std::uint64_t kRead = LANDLOCK_ACCESS_FS_READ_FILE;
constexpr std::uint64_t kWrite = kRead | LANDLOCK_ACCESS_FS_READ_DIR |
                                 LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
                                 LANDLOCK_ACCESS_FS_REMOVE_FILE | kTruncate;

Error failed(std::string_view doing) {
  return unavailable(fmt::format("the sandbox of the trainer cannot {}: {}", doing,
                                 std::system_category().message(errno)));
}

std::uint64_t files_of(int version) {
  std::uint64_t files = kFirstThirteen;
  if (version >= 2) files |= LANDLOCK_ACCESS_FS_REFER;
  if (version >= 3) files |= kTruncate;
  if (version >= 5) files |= kDeviceControl;
  return files;
}

Result<void> allow(const Descriptor& ruleset, const std::filesystem::path& path,
                   std::uint64_t access) {
  const Descriptor place(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (place.get() < 0) {
    return not_found(fmt::format("{}: cannot be opened: {}", path.string(),
                                 std::system_category().message(errno)));
  }
  const landlock_path_beneath_attr rule{access, place.get()};
  if (::syscall(SYS_landlock_add_rule, ruleset.get(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0) {
    return failed(fmt::format("allow {}", path.string()));
  }
  return {};
}

/// 0: the kernel has no Landlock, or it is switched off.
int landlock_version() {
  const auto version =
      ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return version < 0 ? 0 : static_cast<int>(version);
}

Result<int> restrict_files(const SandboxPlan& plan) {
  const int version = landlock_version();
  if (version == 0) return 0;
  const Ruleset rules{files_of(version), version >= 4 ? kAllTcp : 0, version >= 6 ? kAllScopes : 0};
  const std::size_t known = version < 4 ? 8 : version < 6 ? 16 : sizeof rules;
  const Descriptor ruleset(
      static_cast<int>(::syscall(SYS_landlock_create_ruleset, &rules, known, 0)));
  if (ruleset.get() < 0) return failed("make a Landlock ruleset");
  for (const auto& file : plan.readable) TRY(allow(ruleset, file, kRead));
  if (!plan.writable.empty()) TRY(allow(ruleset, plan.writable, kWrite & rules.files));
  if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) {
    return failed("restrict itself with Landlock");
  }
  return version;
}

struct FreeFilter {
  void operator()(void* filter) const { ::seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, FreeFilter>;

struct Rule {
  std::uint32_t action;
  const char* call;
  std::vector<scmp_arg_cmp> conditions;
};

/// The calls of which we allow only some arguments.
std::vector<Rule> particular_rules() {
  const auto self = static_cast<scmp_datum_t>(::getpid());
  return {
      // A thread, never a process.
      {SCMP_ACT_ALLOW, "clone", {SCMP_A0_64(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD)}},
      // Its flags are behind a pointer; told that there is no such call, glibc takes clone.
      {SCMP_ACT_ERRNO(ENOSYS), "clone3", {}},
      // abort()
      {SCMP_ACT_ALLOW, "tgkill", {SCMP_A0_64(SCMP_CMP_EQ, self)}},
      // Asking for its limits, not changing them.
      {SCMP_ACT_ALLOW, "prlimit64", {SCMP_A2_64(SCMP_CMP_EQ, 0)}},
      // Names of threads and of memory, for whoever looks from outside.
      {SCMP_ACT_ALLOW, "prctl", {SCMP_A0_64(SCMP_CMP_EQ, PR_SET_NAME)}},
      {SCMP_ACT_ALLOW, "prctl", {SCMP_A0_64(SCMP_CMP_EQ, PR_SET_VMA)}},
  };
}

Result<void> restrict_calls() {
  const Filter filter(::seccomp_init(SCMP_ACT_ERRNO(EPERM)));
  if (filter == nullptr) return failed("make a filter of system calls");
  const auto add = [&](const Rule& rule) -> Result<void> {
    const int number = ::seccomp_syscall_resolve_name(rule.call);
    // Negative: this processor has no such call, or libseccomp does not know it yet.
    if (number < 0) return {};
    const int done = ::seccomp_rule_add_array(filter.get(), rule.action, number,
                                              static_cast<unsigned>(rule.conditions.size()),
                                              rule.conditions.data());
    errno = -done;
    return done == 0 ? Result<void>{} : failed(fmt::format("write the rule for {}", rule.call));
  };
  for (const char* call : kAllowedCalls) TRY(add({SCMP_ACT_ALLOW, call, {}}));
  for (const Rule& rule : particular_rules()) TRY(add(rule));
  // All threads: a sanitizer has one of its own.
  ::seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1);
  const int done = ::seccomp_load(filter.get());
  errno = -done;
  return done == 0 ? Result<void>{} : failed("load its filter of system calls into the kernel");
}

}  // namespace

Result<Sandbox> enter_sandbox(const SandboxPlan& plan) {
  // No set-user-id program gives anything back; also what makes the rest possible without root.
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return failed("give up new privileges");
  // No neighbour of the same user may look into its memory, no crash writes that to a disk.
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return failed("close its memory to others");
  const int landlock = TRY(restrict_files(plan));
  TRY(restrict_calls());
  return Sandbox{landlock};
}

}  // namespace relearn
