#include "cli/sign_in.h"

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include "service/secrets/password.h"

namespace relearn {
namespace {

constexpr std::size_t kLineBytesMax = 4096;

/// A line of a stream without its end; never more than the limit.
Result<std::string> read_line(std::FILE* in) {
  std::string line;
  for (int c = std::fgetc(in); c != EOF && c != '\n'; c = std::fgetc(in)) {
    if (line.size() == kLineBytesMax) {
      return invalid_input(fmt::format("the password has more than {} bytes", kLineBytesMax));
    }
    line += static_cast<char>(c);
  }
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

/// The terminal does not show what is typed as long as this lives.
class NoEcho {
 public:
  explicit NoEcho(int fd) : fd_(fd) {
    if (::tcgetattr(fd_, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = ::tcsetattr(fd_, TCSAFLUSH, &silent) == 0;
  }
  ~NoEcho() {
    if (changed_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
  }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;

 private:
  int fd_;
  termios before_{};
  bool changed_ = false;
};

Result<std::string> ask(const Environment& world, const std::string& question) {
  fmt::print(world.err, "{}", question);
  std::fflush(world.err);
  const NoEcho silence(::fileno(world.in));
  auto answer = read_line(world.in);
  fmt::print(world.err, "\n");
  return answer;
}

Error no_terminal() {
  return invalid_input(
      "there is no terminal to ask for the password; give it with --password-stdin");
}

bool has_terminal(const Environment& world) { return ::isatty(::fileno(world.in)) != 0; }

Result<std::string> known_password(const SignIn& who, const Environment& world) {
  if (who.password == PasswordFrom::StandardInput) return read_line(world.in);
  if (!has_terminal(world)) return no_terminal();
  return ask(world, fmt::format("Password of {}: ", who.email));
}

/// As long as comparing with a real one takes.
void compare_with_nobody() { (void)hash_password("nobody has this password"); }

}  // namespace

Result<std::string> new_password(PasswordFrom from, const Environment& world) {
  if (from == PasswordFrom::StandardInput) return read_line(world.in);
  if (!has_terminal(world)) return no_terminal();
  std::string password = TRY(ask(world, "Password (12 characters or more): "));
  const std::string again = TRY(ask(world, "The same again: "));
  if (password != again) return invalid_input("the two passwords are not the same");
  return password;
}

Result<Actor> sign_in(const SignIn& who, PeopleStore& people, const Environment& world) {
  if (who.email.empty()) return Actor{};
  const std::string password = TRY(known_password(who, world));
  const auto user = TRY(people.find_user(who.email));
  const bool usable = user && !user->disabled && user->password != PasswordState::MustReset;
  if (!usable) compare_with_nobody();
  if (!usable || check_password(password, user->password_hash) == PasswordCheck::Wrong) {
    return not_allowed("e-mail address or password is wrong");
  }
  return Actor{user->id, user->role};
}

}  // namespace relearn
