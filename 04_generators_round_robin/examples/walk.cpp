// One message on its way through the generator server, and after each step
// where every task is: in the queue, parked, or, while it runs, in neither.
#include <sys/socket.h>

#include <array>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "03_selectors_callbacks/selector.hpp"
#include "04_generators_round_robin/event_loop.hpp"
#include "common/net/address.hpp"
#include "common/net/listen.hpp"
#include "common/net/system_call.hpp"

namespace {

using generators::EventLoop;
using generators::Task;
using generators::Wait;
using selectors::k_event_read;
using selectors::k_event_write;

std::string receive(const net::Descriptor& socket) {
  std::array<char, 64> bytes{};
  const ssize_t n =
      net::checked(::recv(socket.get(), bytes.data(), bytes.size(), 0), "recv");
  return {bytes.data(), static_cast<std::size_t>(n)};
}

void send(const net::Descriptor& socket, const std::string& text) {
  net::checked(::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL),
               "send");
}

class Walk {
 public:
  void run();

 private:
  Task server();
  Task echo(net::Descriptor client);
  void turn();

  void add(const std::string& name, Task task) {
    loop_.add(std::move(task));
    queue_ = name;
    show(name + " is added");
  }

  void running(const std::string& name) {
    queue_.clear();
    show(name + " runs");
  }

  void show(const std::string& what) const {
    std::printf("%-32s%-9s%-14s%s\n", what.c_str(),
                queue_.empty() ? "-" : queue_.c_str(),
                names(loop_.to_read()).c_str(),
                names(loop_.to_write()).c_str());
  }

  [[nodiscard]] std::string names(const EventLoop::Parked& tasks) const {
    std::string all;
    for (const auto& [fd, name] : names_) {
      if (tasks.contains(fd)) all += (all.empty() ? "" : ", ") + name;
    }
    return all.empty() ? "-" : all;
  }

  net::Descriptor listener_ = net::listen_on(net::resolve("127.0.0.1", 0));
  std::map<int, std::string> names_;  // of the tasks, by descriptor
  std::string queue_;                 // as the loop's, which it shows to nobody
  std::unique_ptr<selectors::Selector> selector_ =
      selectors::default_selector();
  EventLoop loop_{*selector_};  // the last: its tasks use all of the above
};

// [region server]
Task Walk::server() {
  running("server");
  while (true) {
    co_yield Wait{k_event_read, listener_.get()};
    running("server");
    net::Address address;
    socklen_t size = net::Address::capacity();
    net::Descriptor client(net::checked(
        ::accept(listener_.get(), address.pointer(), &size), "accept"));
    show("Connection from " + to_string(address));
    names_[client.get()] = "echo";
    add("echo", echo(std::move(client)));
  }
}
// [end server]

// [region echo]
Task Walk::echo(net::Descriptor client) {
  running("echo");
  while (true) {
    co_yield Wait{k_event_read, client.get()};
    running("echo");
    const std::string message = receive(client);
    if (message.empty()) break;
    show("echo receives " + message);
    co_yield Wait{k_event_write, client.get()};
    running("echo");
    send(client, message);
    show("echo sends " + message);
  }
  show("Done");
}
// [end echo]

// [region turn]
void Walk::turn() {
  if (queue_.empty()) {  // only to show it: run_once asks again
    for (const auto& [key, events] : selector_->select()) {
      show("selector: " + names_[key->fd] + " is ready");
    }
  }
  loop_.run_once();
  show("end of the turn");
}
// [end turn]

// [region run]
void Walk::run() {
  std::printf("%-32s%-9s%-14s%s\n", "", "queue", "to_read", "to_write");
  names_[listener_.get()] = "server";
  add("server", server());
  turn();
  {
    const net::Descriptor client(::socket(AF_INET, SOCK_STREAM, 0));
    const net::Address address = net::local_address(listener_.get());
    net::checked(::connect(client.get(), address.pointer(), address.size()),
                 "connect");
    show("a client connects");
    turn();
    send(client, "hello");
    show("it sends hello");
    turn();  // echo receives
    turn();  // and sends
    show("the client receives " + receive(client));
  }
  show("and leaves");
  turn();
}
// [end run]

}  // namespace

int main() {
  Walk().run();
}
