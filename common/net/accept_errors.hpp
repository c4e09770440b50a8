// What a failed accept(2) means for a server that is to go on.
#pragma once

#include <cerrno>
#include <chrono>

namespace net {

/// True where `error` says that the process or the system has run out of
/// something, which passes: descriptors, memory, buffers, epoll's watches.
[[nodiscard]] inline bool is_shortage(int error) noexcept {
  return error == EMFILE || error == ENFILE || error == ENOBUFS ||
         error == ENOMEM || error == ENOSPC;
}

/// True where accept is simply to be called again: a signal came, nobody waits,
/// or the client that did is gone (accept(2), NOTES, Error handling).
[[nodiscard]] inline bool is_passing(int error) noexcept {
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

/// How many new clients a loop accepts before it turns to the others again.
inline constexpr int k_arrivals_a_turn = 64;

/// How long a server that runs short leaves new clients waiting before it looks
/// again.
inline constexpr std::chrono::milliseconds k_shortage_pause{20};

}  // namespace net
