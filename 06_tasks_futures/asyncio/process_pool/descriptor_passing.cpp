#include "06_tasks_futures/asyncio/process_pool/descriptor_passing.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "common/net/system_call.hpp"

namespace asyncio {
namespace {

using Fds = std::array<int, 2>;

/// One byte, since nothing cannot be sent, and what goes with it: cmsg(3).
struct Message {
  Message() {
    header.msg_iov = &text;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
  }

  char byte = 0;
  iovec text{&byte, 1};
  alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(Fds))> control{};
  msghdr header{};
};

}  // namespace

void send_descriptors(const net::Descriptor& socket, const Fds& descriptors) {
  Message message;
  cmsghdr* rights = CMSG_FIRSTHDR(&message.header);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof descriptors);
  std::memcpy(CMSG_DATA(rights), descriptors.data(), sizeof descriptors);
  net::checked(net::retry([&] {
                 return ::sendmsg(socket.get(), &message.header, MSG_NOSIGNAL);
               }),
               "sendmsg");
}

std::optional<std::array<net::Descriptor, 2>> receive_descriptors(
    const net::Descriptor& socket) {
  Message message;
  const ssize_t n = net::retry([&] {
    return ::recvmsg(socket.get(), &message.header, MSG_CMSG_CLOEXEC);
  });
  if (n <= 0) return std::nullopt;
  Fds received{-1, -1};
  if (const cmsghdr* rights = CMSG_FIRSTHDR(&message.header)) {
    std::memcpy(received.data(), CMSG_DATA(rights),
                std::min(rights->cmsg_len - CMSG_LEN(0), sizeof received));
  }
  return {{net::Descriptor(received[0]), net::Descriptor(received[1])}};
}

}  // namespace asyncio
