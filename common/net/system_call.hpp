// What every system call shares: a signal may interrupt it, and a failure has a
// name.
#pragma once

#include <cerrno>
#include <string>
#include <system_error>

namespace net {

/// Calls `call` again for as long as a signal interrupts it (EINTR, signal(7));
/// gives its result.
template <typename Call>
auto retry(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

/// The error that errno stands for, with what was being done:
/// `accept: Too many open files`.
[[nodiscard]] inline std::system_error last_error(const std::string& doing) {
  return {errno, std::generic_category(), doing};
}

/// Gives `result`, or throws last_error(doing) where it is negative. For
/// set-up, not for peers.
template <typename Result>
Result checked(Result result, const char* doing) {
  if (result < 0) throw last_error(doing);
  return result;
}

}  // namespace net
