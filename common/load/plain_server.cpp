// The plainest echo server, for the load generator's tests: one client at a time, one receive and
// one send for each message. What it can do besides:
//   plain_server PORT                one listener, in order
//   plain_server PORT dies-after N   exits with 3, with a last word, after so many messages
//   plain_server PORT forks          a child works for 20 ms of CPU time for each message, and ends
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <string>
#include <string_view>

#include "common/net/address.hpp"
#include "common/net/descriptor.hpp"
#include "common/net/listen.hpp"
#include "common/net/system_call.hpp"

namespace {

void work_in_a_child() {
  const pid_t pid = net::checked(::fork(), "fork");
  if (pid == 0) {
    while (std::clock() < CLOCKS_PER_SEC / 50) {
    }
    ::_exit(0);
  }
  ::waitpid(pid, nullptr, 0);
}

class PlainServer {
 public:
  PlainServer(std::string_view mode, long last) : mode_(mode), last_(last) {}

  void serve(int client) {
    std::array<char, std::size_t{64} * 1024> buffer;
    for (;;) {
      const ssize_t n = ::recv(client, buffer.data(), buffer.size(), 0);
      if (n <= 0) return;
      on_message();
      if (::send(client, buffer.data(), static_cast<std::size_t>(n), MSG_NOSIGNAL) != n) return;
    }
  }

 private:
  void on_message() {
    if (mode_ == "forks") work_in_a_child();
    if (mode_ != "dies-after" || ++messages_ <= last_) return;
    std::cerr << "I have seen enough\n";
    std::exit(3);
  }

  std::string_view mode_;
  long last_;
  long messages_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const std::string_view mode = argc > 2 ? argv[2] : "";
  PlainServer server(mode, argc > 3 ? std::stol(argv[3]) : 0);
  const auto port = static_cast<std::uint16_t>(std::stoi(argv[1]));
  const net::Descriptor listener = net::listen_on(net::resolve("127.0.0.1", port));
  for (;;) {
    const net::Descriptor client(::accept(listener.get(), nullptr, nullptr));
    if (client) server.serve(client.get());
  }
}
