#include "06_tasks_futures/asyncio/process_pool/channel.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "common/net/system_call.hpp"

namespace asyncio {

bool Channel::send(std::span<const std::byte> bytes) const {
  while (!bytes.empty()) {
    const ssize_t n = net::retry([&] {
      return ::send(stream_.get(), bytes.data(), bytes.size(),
                    MSG_DONTWAIT | MSG_NOSIGNAL);
    });
    if (n >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(n));
    } else if (errno != EAGAIN || !wait_for(POLLOUT)) {
      return false;
    }
  }
  return true;
}

bool Channel::receive(std::span<std::byte> bytes) const {
  while (!bytes.empty()) {
    const ssize_t n = net::retry([&] {
      return ::recv(stream_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    });
    if (n > 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(n));
    } else if (n == 0 || errno != EAGAIN || !wait_for(POLLIN)) {
      return false;
    }
  }
  return true;
}

// False if only the lifeline has anything to say: what was said before the end
// is heard first.
bool Channel::wait_for(short events) const {
  std::array<pollfd, 2> both = {
      {{stream_.get(), events, 0}, {lifeline_.get(), POLLIN, 0}}};
  net::checked(net::retry([&] { return ::poll(both.data(), both.size(), -1); }),
               "poll");
  return both[0].revents != 0;
}

std::string Channel::last_words() const {
  std::array<char, 256> words{};
  ::shutdown(lifeline_.get(), SHUT_WR);
  const ssize_t n = net::retry(
      [&] { return ::recv(lifeline_.get(), words.data(), words.size(), 0); });
  return n > 0 ? std::string(words.data(), static_cast<std::size_t>(n)) : "";
}

}  // namespace asyncio
