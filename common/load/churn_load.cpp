#include "common/load/churn_load.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <utility>

#include "common/load/text.hpp"
#include "common/net/system_call.hpp"

namespace load {
namespace {

net::Address source_for(std::uint64_t life) {
  constexpr std::uint32_t first = 2, last = 254;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  const auto turn = static_cast<std::uint32_t>(life % (last - first + 1));
  address.sin_addr.s_addr = htonl((INADDR_LOOPBACK & 0xffffff00) + first + turn);
  return net::Address(address);
}

// ip(7): the port is chosen when the destination is known, so that it need only be unused there.
void bind_to_address(int fd, const net::Address& source) {
  const int on = 1;
  net::checked(::setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on),
               "IP_BIND_ADDRESS_NO_PORT");
  net::checked(::bind(fd, source.pointer(), source.size()), "bind");
}

}  // namespace

ChurnLoad::ChurnLoad(const net::Address& server, const Cell& cell, Patience patience)
    : server_(server),
      cell_(cell),
      patience_(patience),
      // Every step there is: each client of those present has its own.
      pattern_(251, cell.size, 1),
      buffer_(cell.size + 1) {}

void ChurnLoad::exchange(std::uint64_t n) {
  to_begin_ = n;
  to_finish_ = n;
  clients_.clear();
  const auto places = static_cast<std::uint32_t>(std::min<std::uint64_t>(n, cell_.connections));
  for (std::uint32_t place = 0; place < places; ++place) {
    const Position nowhere = pattern_.stream(0);
    clients_.push_back({{}, 0, nowhere, {0, nowhere}, 0, {}});
    begin(place);
  }
  while (to_finish_ > 0) {
    const auto events = epoll_.wait(patience_);
    if (events.empty()) fail_stuck();
    for (const epoll_event& event : events) on_ready(event.data.u32);
  }
}

void ChurnLoad::begin(std::uint32_t place) {
  const std::uint64_t life = next_life_++;
  --to_begin_;
  const Clock::time_point now = Clock::now();
  const Position start = pattern_.stream(life);
  Client& client = clients_[place];
  client = {begin_to_connect(life), life, start, {life, start}, cell_.size, now};
  // On the loopback the connection mostly stands by now.
  send(client);
  epoll_.add(client.socket.get(), place, client.unsent > 0 ? EPOLLOUT : EPOLLIN);
}

net::Descriptor ChurnLoad::begin_to_connect(std::uint64_t life) const {
  const int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
  net::Descriptor socket(net::checked(::socket(server_.family(), type, 0), "socket"));
  if (server_.family() == AF_INET) bind_to_address(socket.get(), source_for(life));
  const int failed = ::connect(socket.get(), server_.pointer(), server_.size());
  if (failed != 0 && errno != EINPROGRESS) fail(name_of(life), errno);
  return socket;
}

void ChurnLoad::on_ready(std::uint32_t place) {
  Client& client = clients_[place];
  if (client.unsent > 0) {
    send(client);
    if (client.unsent == 0) epoll_.change(client.socket.get(), place, EPOLLIN);
    return;
  }
  receive(client);
  if (client.answers.due() > 0) return;
  latencies_.record(Clock::now() - client.began);
  client.socket.close();
  --to_finish_;
  if (to_begin_ > 0) begin(place);
}

void ChurnLoad::send(Client& client) const {
  const auto bytes = client.to_send.next(client.unsent);
  const ssize_t n = net::retry(
      [&] { return ::send(client.socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL); });
  if (n < 0 && errno == EAGAIN) return;
  if (n < 0) fail(name_of(client.life), errno);
  client.to_send.advance(static_cast<std::size_t>(n));
  client.unsent -= static_cast<std::size_t>(n);
  client.answers.expect(static_cast<std::size_t>(n));
}

void ChurnLoad::receive(Client& client) {
  const ssize_t n =
      net::retry([&] { return ::recv(client.socket.get(), buffer_.data(), buffer_.size(), 0); });
  if (n < 0 && errno == EAGAIN) return;
  if (n < 0) fail(name_of(client.life), errno);
  const std::span came(buffer_.data(), static_cast<std::size_t>(n));
  client.answers.take(came, pattern_.longest_piece());
}

void ChurnLoad::fail_stuck() const {
  const auto stuck = std::find_if(clients_.begin(), clients_.end(), [](const Client& client) {
    return client.unsent + client.answers.due() > 0;
  });
  fail_unanswered(name_of(stuck->life), patience_);
}

}  // namespace load
