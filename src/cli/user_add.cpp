#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <string>

#include "base/text.h"
#include "cli/commands.h"
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

Result<std::string> ask(const Environment& world, const char* question) {
  fmt::print(world.err, "{}", question);
  std::fflush(world.err);
  const NoEcho silence(::fileno(world.in));
  auto answer = read_line(world.in);
  fmt::print(world.err, "\n");
  return answer;
}

Result<std::string> password_of(PasswordFrom from, const Environment& world) {
  if (from == PasswordFrom::StandardInput) return read_line(world.in);
  if (::isatty(::fileno(world.in)) == 0) {
    return invalid_input(
        "there is no terminal to ask for the password; give it with --password-stdin");
  }
  std::string password = TRY(ask(world, "Password (12 characters or more): "));
  const std::string again = TRY(ask(world, "The same again: "));
  if (password != again) return invalid_input("the two passwords are not the same");
  return password;
}

}  // namespace

Result<void> run_user_add(const UserAddCommand& command, const Context& context) {
  const Environment& world = context.environment;
  const auto role = parse_role(command.role);
  if (!role) {
    return invalid_input(fmt::format(
        "'{}' is no role; known are patient, clinician, approver, admin", command.role));
  }
  const std::string password = TRY(password_of(command.password, world));
  NewUser user;
  user.email = command.email;
  user.full_name = trim(command.name);
  user.role = *role;
  user.password_hash = TRY(hash_password(password));
  user.password = PasswordState::Current;
  const Stores stores = TRY(world.open_stores(OpenStore::Create));
  const UserId id = TRY(stores.people->add_user(user, world.wall_clock()));
  if (context.format == OutputFormat::Json) {
    const nlohmann::ordered_json line = {{"user", id.value}, {"role", role_word(*role)}};
    fmt::print(world.out, "{}\n", line.dump());
  } else {
    fmt::print(world.out, "added user {} with role {}\n", id.value, role_word(*role));
  }
  return {};
}

}  // namespace relearn
