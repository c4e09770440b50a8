#include "common/contract/kernel_queues.hpp"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <cstring>

namespace contract {

namespace {

constexpr std::uint32_t k_every_state = 0xffffffff;

struct Request {
  nlmsghdr header;
  inet_diag_req_v2 question;
};

void put_end(const net::Address& end, std::uint16_t& port, std::uint32_t* address) {
  if (end.family() == AF_INET6) {
    const auto* ipv6 = reinterpret_cast<const sockaddr_in6*>(end.pointer());
    port = ipv6->sin6_port;
    std::memcpy(address, &ipv6->sin6_addr, sizeof ipv6->sin6_addr);
  } else {
    const auto* ipv4 = reinterpret_cast<const sockaddr_in*>(end.pointer());
    port = ipv4->sin_port;
    std::memcpy(address, &ipv4->sin_addr, sizeof ipv4->sin_addr);
  }
}

// Asks for the one socket whose own end is `server` and whose other end is `client`.
Request request_for(const net::Address& server, const net::Address& client) {
  Request request{};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  request.header.nlmsg_flags = NLM_F_REQUEST;
  inet_diag_req_v2& question = request.question;
  question.sdiag_family = static_cast<std::uint8_t>(server.family());
  question.sdiag_protocol = IPPROTO_TCP;
  question.idiag_states = k_every_state;
  put_end(server, question.id.idiag_sport, question.id.idiag_src);
  put_end(client, question.id.idiag_dport, question.id.idiag_dst);
  question.id.idiag_cookie[0] = question.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  return request;
}

std::size_t ask(const Client& client, unsigned long request) {
  int bytes = 0;
  ioctl(client.fd(), request, &bytes);
  return static_cast<std::size_t>(bytes);
}

}  // namespace

std::optional<KernelQueues> server_side_queues(const Client& client) {
  const net::Descriptor kernel(socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  const Request request = request_for(client.server_end(), client.own_end());
  if (send(kernel.get(), &request, sizeof request, 0) < 0) return std::nullopt;

  struct {
    nlmsghdr header;
    inet_diag_msg socket;
    std::array<char, 512> more;
  } answer{};
  if (recv(kernel.get(), &answer, sizeof answer, 0) < 0) return std::nullopt;
  if (answer.header.nlmsg_type != SOCK_DIAG_BY_FAMILY) return std::nullopt;
  return KernelQueues{answer.socket.idiag_rqueue, answer.socket.idiag_wqueue};
}

std::size_t unsent_by(const Client& client) {
  return ask(client, SIOCOUTQ);
}

std::size_t readable_by(const Client& client) {
  return ask(client, SIOCINQ);
}

}  // namespace contract
