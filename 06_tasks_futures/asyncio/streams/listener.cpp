#include "06_tasks_futures/asyncio/streams/listener.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace asyncio {
namespace {

std::uint64_t inode_of(const std::string& path) noexcept {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

}  // namespace

Listener::Listener(net::Descriptor socket, std::string path)
    : socket_(std::move(socket)), path_(std::move(path)) {
  if (!path_.empty()) inode_ = inode_of(path_);
}

// Not if another server has put its own there.
Listener::~Listener() {
  const bool is_ours = socket_ && !path_.empty() && inode_of(path_) == inode_;
  if (is_ours) ::unlink(path_.c_str());
}

std::pair<net::Descriptor, std::optional<net::Address>> Listener::accept()
    const noexcept {
  constexpr int k_flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
  std::pair<net::Descriptor, std::optional<net::Address>> accepted;
  if (is_unix()) {
    accepted.first =
        net::Descriptor(::accept4(fd(), nullptr, nullptr, k_flags));
  } else {
    net::Address& peer = accepted.second.emplace();
    socklen_t size = net::Address::capacity();
    accepted.first =
        net::Descriptor(::accept4(fd(), peer.pointer(), &size, k_flags));
  }
  return accepted;
}

std::string Listener::name() const {
  return is_unix() ? path_ : net::to_string(net::local_address(fd()));
}

std::uint16_t Listener::port() const {
  return is_unix() ? std::uint16_t{0} : net::local_address(fd()).port();
}

}  // namespace asyncio
