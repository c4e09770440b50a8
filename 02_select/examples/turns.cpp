// An event loop is whoever decides what runs next. This one says what it
// decides: how many of its clients each turn finds ready.
#include <sys/select.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <map>
#include <string>

#include "common/net/socket_pair.hpp"
#include "common/net/system_call.hpp"

namespace {

std::map<int, std::string> names;  // of those we wait for, by descriptor

/// A client; `here` is the end at which we wait for it.
struct Client : net::SocketPair {
  explicit Client(const std::string& name) { names[here.get()] = name; }
  void say(const std::string& text) const {
    net::checked(::write(there.get(), text.data(), text.size()), "write");
  }
};

void serve(int fd, const std::string& name) {
  std::array<char, 64> bytes{};
  const ssize_t n =
      net::checked(::read(fd, bytes.data(), bytes.size()), "read");
  std::printf("  %s: %zd bytes%s\n", name.c_str(), n,
              n == 0 ? ", it has left" : "");
  if (n == 0) names.erase(fd);  // or it would be ready for ever
}

// [region turn]
/// Waits until somebody is ready, and serves all who are.
void turn(int number) {
  fd_set readable{};
  for (const auto& [fd, name] : names) FD_SET(fd, &readable);
  const int n = net::checked(
      ::select(names.rbegin()->first + 1, &readable, nullptr, nullptr, nullptr),
      "select");
  std::printf("turn %d: %d ready of %zu\n", number, n, names.size());
  for (const auto& [fd, name] : std::map(names)) {  // a copy: some may leave
    if (FD_ISSET(fd, &readable)) serve(fd, name);
  }
}
// [end turn]

}  // namespace

int main() {
  Client a("A");
  Client b("B");
  Client c("C");
  a.say("one");
  b.say("two");
  turn(1);
  c.say("three");
  a.there.close();
  turn(2);
  b.say("four");
  turn(3);
}
