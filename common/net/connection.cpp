#include "common/net/connection.hpp"

#include <utility>

namespace net {

Connection::Connection(Descriptor socket, const Address& peer, Log& log)
    : socket_(std::move(socket)), peer_(peer), log_(&log) {
  log_->connected(peer_);
}

Connection::~Connection() {
  if (!socket_) return;  // moved from
  socket_.close();
  log_->closed(peer_, bytes_);
}

}  // namespace net
