#include "common/load/idle_connections.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <string>

#include "common/contract/deadline.hpp"
#include "common/load/text.hpp"
#include "common/net/system_call.hpp"

namespace load {
namespace {

std::string idle_name_of(std::size_t number) {
  return "idle " + name_of(number);
}

net::Descriptor connect_and_echo(const net::Address& server, const std::string& name,
                                 Patience patience) {
  net::Descriptor socket = connect_to(server, name, patience);
  const char sent = 'x';
  char came = 0;
  if (::send(socket.get(), &sent, 1, MSG_NOSIGNAL) != 1) fail(name, errno);
  if (!contract::wait_for(socket.get(), POLLIN, contract::Deadline(patience))) {
    fail_unanswered(name, patience);
  }
  const ssize_t n = net::retry([&] { return ::recv(socket.get(), &came, 1, 0); });
  if (n < 0) fail(name, errno);
  if (n == 0) throw std::runtime_error(name + " was closed after 0 bytes");
  if (came != sent) throw std::runtime_error("wrong byte at 0 of " + name);
  return socket;
}

}  // namespace

IdleConnections::IdleConnections(const net::Address& server, std::size_t n, Patience patience) {
  sockets_.reserve(n);
  while (sockets_.size() < n) {
    sockets_.push_back(connect_and_echo(server, idle_name_of(sockets_.size()), patience));
    reset_when_closed(sockets_.back().get());
  }
}

void IdleConnections::expect_silence() const {
  std::vector<pollfd> all;
  for (const net::Descriptor& socket : sockets_) all.push_back({socket.get(), POLLIN, 0});
  if (net::checked(::poll(all.data(), all.size(), 0), "poll") == 0) return;
  const auto first =
      std::find_if(all.begin(), all.end(), [](const pollfd& entry) { return entry.revents != 0; });
  const auto number = static_cast<std::size_t>(first - all.begin());
  throw std::runtime_error(idle_name_of(number) + " was closed, or got what it had not asked for");
}

void be_a_client(const net::Address& server, Patience patience) {
  const net::Descriptor socket = connect_and_echo(server, "the first connection", patience);
}

}  // namespace load
