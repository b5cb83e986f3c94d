// What a program that computes needs of the kernel. Everything else is denied: what the list does
// not name, a kernel of tomorrow included, cannot be called.
//
// Proven by running the trainer on all diseases and families, with XGBoost on large data, in the
// release build (tests/faults, tests/specs); the sandbox itself in both sanitizer builds, too.
#pragma once

namespace relearn {

/// Allowed whatever their arguments are.
inline constexpr const char* kAllowedCalls[] = {
    // memory of this process
    "brk", "mmap", "munmap", "mremap", "mprotect", "madvise",
    // threads of this process; starting one is clone(CLONE_THREAD), see sandbox.cpp
    "futex", "set_robust_list", "set_tid_address", "rseq", "membarrier", "sched_yield",
    "sched_getaffinity", "gettid", "getpid", "exit", "exit_group",
    // its own signals: faults become a report of a sanitizer or an end with a name
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall",
    // time and waiting
    "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time",
    "getrusage", "poll", "ppoll",
    // files, as far as Landlock lets it open any. No link, symlink, mknod, chmod, mount
    "open", "openat", "close", "read", "readv", "pread64", "write", "writev", "pwrite64", "lseek",
    "fstat", "stat", "lstat", "newfstatat", "statx", "access", "faccessat", "faccessat2",
    "readlink", "readlinkat", "getcwd", "getdents64", "fcntl", "fadvise64", "fallocate",
    "ftruncate", "fsync", "fdatasync", "fchmod", "rename", "renameat", "renameat2", "unlink",
    "unlinkat", "mkdir", "mkdirat",
    // who and where am I
    "uname", "sysinfo", "getuid", "geteuid", "getgid", "getegid", "getcpu", "getpriority",
    // pipes to itself: a sanitizer writes from an address into one to learn whether it can be read
    "pipe", "pipe2",
    // randomness: names of temporary files
    "getrandom"};

}  // namespace relearn
