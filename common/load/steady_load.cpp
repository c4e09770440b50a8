#include "common/load/steady_load.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>

#include "common/load/text.hpp"
#include "common/net/system_call.hpp"

namespace load {
namespace {

// More than a server sends at once: then a receive that was short has always got everything, and
// none is in vain.
constexpr std::size_t k_buffer = std::size_t{256} * 1024;

// How many pieces one send takes; more are sent by the next one.
constexpr std::size_t k_pieces = 64;

}  // namespace

SteadyLoad::SteadyLoad(const net::Address& server, const Cell& cell, Patience patience)
    : cell_(cell),
      patience_(patience),
      pattern_(cell.connections, cell.size, cell.depth),
      began_(cell.connections * cell.depth),
      buffer_(std::make_unique<std::byte[]>(k_buffer)) {
  connections_.reserve(cell.connections);
  while (connections_.size() < cell.connections) {
    connect(server, static_cast<std::uint32_t>(connections_.size()));
  }
}

void SteadyLoad::connect(const net::Address& server, std::uint32_t number) {
  net::Descriptor socket = connect_to(server, name_of(number), patience_);
  reset_when_closed(socket.get());
  epoll_.add(socket.get(), number, EPOLLIN);
  const Position start = pattern_.stream(number);
  Connection& connection = connections_.emplace_back(Connection{
      .socket = std::move(socket), .number = number, .to_send = start, .answers = {number, start}});
  to_finish_ = 1;
  begin(connection, 1, Clock::now());
  run();
}

void SteadyLoad::exchange(std::uint64_t n) {
  to_begin_ = n;
  to_finish_ = n;
  fill();
  run();
}

void SteadyLoad::run() {
  while (to_finish_ > 0) turn();
}

// The messages in even shares, at most `depth` for each; few messages go to other connections
// every time.
void SteadyLoad::fill() {
  for (std::size_t left = connections_.size(); left > 0 && to_begin_ > 0; --left) {
    const std::uint64_t share = std::min<std::uint64_t>((to_begin_ + left - 1) / left, cell_.depth);
    to_begin_ -= share;
    begin(connections_[first_], static_cast<std::size_t>(share), Clock::now());
    first_ = (first_ + 1) % connections_.size();
  }
}

void SteadyLoad::turn() {
  const auto events = epoll_.wait(patience_);
  if (events.empty()) fail_stuck();
  for (const epoll_event& event : events) {
    Connection& connection = connections_[event.data.u32];
    if ((event.events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0) receive(connection);
    if ((event.events & EPOLLOUT) != 0) send(connection);
  }
}

void SteadyLoad::begin(Connection& connection, std::size_t messages, Clock::time_point now) {
  const std::size_t ring = connection.number * cell_.depth;
  for (std::size_t i = 0; i < messages; ++i) {
    began_[ring + connection.newest] = now;
    if (++connection.newest == cell_.depth) connection.newest = 0;
  }
  connection.unsent += messages * cell_.size;
  if (!connection.waits_to_send) send(connection);
}

void SteadyLoad::send(Connection& connection) {
  while (connection.unsent > 0) {
    const std::size_t wanted = std::min(connection.unsent, k_pieces * pattern_.longest_piece());
    const std::size_t n = send_some(connection);
    connection.to_send.advance(n);
    connection.unsent -= n;
    connection.answers.expect(n);
    if (n < wanted) break;
  }
  const bool wait = connection.unsent > 0;
  if (wait != connection.waits_to_send) wait_to_send(connection, wait);
}

std::size_t SteadyLoad::send_some(const Connection& connection) const {
  std::array<iovec, k_pieces> pieces;
  msghdr message{};
  message.msg_iov = pieces.data();
  Position from = connection.to_send;
  std::size_t left = connection.unsent;
  for (iovec& piece : pieces) {
    if (left == 0) break;
    const auto bytes = from.next(std::min(left, pattern_.longest_piece()));
    piece = {const_cast<std::byte*>(bytes.data()), bytes.size()};
    from.advance(bytes.size());
    left -= bytes.size();
    ++message.msg_iovlen;
  }
  const ssize_t n =
      net::retry([&] { return ::sendmsg(connection.socket.get(), &message, MSG_NOSIGNAL); });
  if (n >= 0) return static_cast<std::size_t>(n);
  if (errno != EAGAIN) fail(name_of(connection.number), errno);
  return 0;
}

void SteadyLoad::wait_to_send(Connection& connection, bool wait) {
  const std::uint32_t events = wait ? EPOLLIN | EPOLLOUT : EPOLLIN;
  epoll_.change(connection.socket.get(), connection.number, events);
  connection.waits_to_send = wait;
}

void SteadyLoad::receive(Connection& connection) {
  const ssize_t n =
      net::retry([&] { return ::recv(connection.socket.get(), buffer_.get(), k_buffer, 0); });
  // One look at the clock for all: when the last byte came, and when the next message begins.
  const Clock::time_point now = Clock::now();
  if (n < 0 && errno == EAGAIN) return;
  if (n < 0) fail(name_of(connection.number), errno);
  const std::span came(buffer_.get(), static_cast<std::size_t>(n));
  connection.answers.take(came, pattern_.longest_piece());
  const std::size_t messages = complete(connection, came.size(), now);
  const std::uint64_t next = std::min<std::uint64_t>(messages, to_begin_);
  to_begin_ -= next;
  if (next > 0) begin(connection, static_cast<std::size_t>(next), now);
}

std::size_t SteadyLoad::complete(Connection& connection, std::size_t bytes, Clock::time_point now) {
  connection.partial += bytes;
  const std::size_t ring = connection.number * cell_.depth;
  std::size_t messages = 0;
  for (; connection.partial >= cell_.size; ++messages) {
    connection.partial -= cell_.size;
    latencies_.record(now - began_[ring + connection.oldest]);
    if (++connection.oldest == cell_.depth) connection.oldest = 0;
  }
  to_finish_ -= messages;
  return messages;
}

void SteadyLoad::expect_silence() {
  const auto events = epoll_.wait(Patience{0});
  for (const epoll_event& event : events) receive(connections_[event.data.u32]);
}

void SteadyLoad::fail_stuck() const {
  const auto stuck =
      std::find_if(connections_.begin(), connections_.end(), [](const Connection& connection) {
        return connection.unsent + connection.answers.due() > 0;
      });
  fail_unanswered(name_of(stuck->number), patience_);
}

}  // namespace load
