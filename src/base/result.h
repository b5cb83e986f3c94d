// Errors are values: a fallible function returns Result<T>; TRY passes an error on to the caller.
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace relearn {

/// Eight kinds, named by what the caller should do.
enum class ErrorKind {
  InvalidInput,     // the caller gave something wrong: tell them
  NotFound,         // what was named does not exist
  Conflict,         // somebody else got there first: look again
  NotAllowed,       // the caller may not do this
  NotReady,         // too little to work with yet (for example too few cases)
  Cancelled,        // the caller asked to stop
  Unavailable,      // the outside world failed: disk, network
  BrokenInvariant,  // a defect of this program
};

/// A kind and one sentence that names the thing, the value, the limit and the likely cause.
struct Error {
  ErrorKind kind = ErrorKind::BrokenInvariant;
  std::string message;
};

inline Error invalid_input(std::string message) {
  return {ErrorKind::InvalidInput, std::move(message)};
}
inline Error not_found(std::string message) { return {ErrorKind::NotFound, std::move(message)}; }
inline Error conflict(std::string message) { return {ErrorKind::Conflict, std::move(message)}; }
inline Error not_allowed(std::string message) {
  return {ErrorKind::NotAllowed, std::move(message)};
}
inline Error not_ready(std::string message) { return {ErrorKind::NotReady, std::move(message)}; }
inline Error cancelled() {
  return {ErrorKind::Cancelled, "stopped on request; nothing was written"};
}
inline Error unavailable(std::string message) {
  return {ErrorKind::Unavailable, std::move(message)};
}
inline Error broken_invariant(std::string message) {
  return {ErrorKind::BrokenInvariant, std::move(message)};
}

/// A T or an Error. Looking at the wrong one is a programmer error and ends the program (noexcept).
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit
  Result(Error error) : value_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit

  bool ok() const { return value_.index() == 0; }
  const Error& error() const noexcept { return std::get<1>(value_); }
  Error take_error() noexcept { return std::get<1>(std::move(value_)); }
  T& value() & noexcept { return std::get<0>(value_); }
  const T& value() const& noexcept { return std::get<0>(value_); }
  T&& value() && noexcept { return std::get<0>(std::move(value_)); }
  T take_value() noexcept { return std::get<0>(std::move(value_)); }

 private:
  std::variant<T, Error> value_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit

  bool ok() const { return !error_; }
  const Error& error() const noexcept { return error_.value(); }
  Error take_error() noexcept { return std::move(error_).value(); }
  void take_value() {}

 private:
  std::optional<Error> error_;
};

}  // namespace relearn

/// `auto x = TRY(f());` gives f's value, or returns f's error from this function.
#define TRY(expression)                                     \
  __extension__({                                           \
    auto try_result_ = (expression);                        \
    if (!try_result_.ok()) return try_result_.take_error(); \
    try_result_.take_value();                               \
  })
