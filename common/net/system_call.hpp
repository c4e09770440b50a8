// What every system call shares: a signal may interrupt it, and a failure has a
// name.
#pragma once

#include <cerrno>
#include <chrono>
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

/// The error that errno stands for, with what was being done: `accept: Too many
/// open files`.
inline std::system_error last_error(const std::string& doing) {
  return {errno, std::generic_category(), doing};
}

/// Gives `result`, or throws last_error(doing) where it is negative. For
/// set-up, not for peers.
template <typename Result>
Result checked(Result result, const char* doing) {
  if (result < 0) throw last_error(doing);
  return result;
}

/// True where `error` says that the process or the system has run out of
/// something, which passes: descriptors, memory, buffers (accept(2), ERRORS).
inline bool is_shortage(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS ||
         error == ENOMEM;
}

/// True where `error`, of a call on the listening socket, concerns the client
/// that was to be accepted and nobody else: accept is to be called again
/// (accept(2), NOTES: Error handling).
inline bool is_one_peers_trouble(int error) {
  switch (error) {
    case EINTR:
    case EAGAIN:
    case ECONNABORTED:
    case EPERM:  // a firewall forbids it
    case EPROTO:
    case ENOPROTOOPT:
    case EOPNOTSUPP:
    case ENETDOWN:
    case ENETUNREACH:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENONET:
    case ETIMEDOUT: return true;
    default: return false;
  }
}

/// How long a server that runs short of descriptors leaves new clients waiting
/// before it looks again.
inline constexpr std::chrono::milliseconds k_shortage_pause{100};

}  // namespace net
