#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/sign_in.h"
#include "service/secrets/password.h"

namespace relearn {
Result<void> run(const UserAddCommand& command, const Context& context) {
  const Environment& world = context.environment;
  const auto role = parse_role(command.role);
  if (!role) {
    return invalid_input(fmt::format(
        "'{}' is no role; known are patient, clinician, approver, admin", command.role));
  }
  const std::string password = TRY(new_password(command.password, world));
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
