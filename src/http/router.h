// Which function answers which request. A pattern is a path whose parts may be {names}; a part that
// stands for a name is lower-case letters, digits, '-' and '_', so that nothing is ever decoded.
// What stands for a {file} may have single dots inside, too.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace relearn {

/// On which threads a route runs.
enum class RunsOn {
  Io,         // at once; must not wait for anything
  Quick,      // reads and computes for less than a millisecond; what it writes is told later
  Store,      // may wait for the database
  Passwords,  // takes long on purpose
  Work,       // computes for seconds, or waits for a program that does
};

struct Route {
  std::string_view method, pattern;
  RunsOn runs_on = RunsOn::Store;
  std::function<HttpResponse(const HttpRequest&)> answer;
  /// For bodies that go to a file: asked with the header alone, on the threads of the database,
  /// before any of it is read. A response refuses it. Empty: bodies are small and in memory.
  std::function<std::optional<HttpResponse>(const HttpRequest&)> admit;
};

class Router {
 public:
  explicit Router(std::vector<Route> routes);

  struct Match {
    const Route* route = nullptr;
    std::map<std::string, std::string, std::less<>> parts;
    std::string allow;  // methods of the path, when only the method is wrong: "GET, POST"
  };
  Match find(std::string_view method, std::string_view path) const;
  const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
  std::vector<std::vector<std::string_view>> patterns_;  // of each route, in parts
};

}  // namespace relearn
