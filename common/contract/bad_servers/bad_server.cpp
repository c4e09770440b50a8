// An echo server on poll that keeps the contract, but for the one fault that it is asked to have:
// every `has_fault` marks the place where real servers go wrong. Without --fault it is correct.

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "common/contract/bad_servers/options.hpp"

namespace bad {

namespace {

constexpr std::size_t k_chunk = 64 * 1024;
constexpr std::size_t k_own_limit = 50;
constexpr std::size_t k_own_large_limit = 1000;

volatile std::sig_atomic_t g_stopped = 0;

struct Connection {
  std::string name;
  std::string pending;
  std::size_t bytes = 0;
  bool is_forgotten = false;  // never looked at again
};

std::string in_brackets_if_ipv6(const std::string& host) {
  if (host.find(':') == std::string::npos) return host;
  return std::string("[").append(host).append("]");
}

std::string name_of(const sockaddr_storage& address, socklen_t size) {
  char host[NI_MAXHOST], port[NI_MAXSERV];
  getnameinfo(reinterpret_cast<const sockaddr*>(&address), size, host, sizeof host, port,
              sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
  return in_brackets_if_ipv6(host) + ":" + port;
}

class BadServer {
 public:
  explicit BadServer(const Options& options) : options_(options) {}

  int run() {
    listen_at_address();
    if (has_fault("leaves-a-child") && fork() == 0) stay_behind();
    announce();
    while (!g_stopped || has_fault("waits-for-its-clients")) {
      turn(-1);
      if (g_stopped && connections_.empty()) break;
    }
    stop();
    return has_fault("exits-with-1") ? 1 : 0;
  }

 private:
  [[nodiscard]] bool has_fault(std::string_view name) const { return options_.has_fault(name); }

  // Setting up.

  [[noreturn]] void cannot_listen(const char* why) const {
    std::cerr << "cannot listen on " << in_brackets_if_ipv6(options_.host) << ":" << options_.port
              << ": " << why << "\n";
    std::exit(has_fault("bind-failure-exits-with-2") ? 2 : 1);
  }

  void listen_at_address() {
    addrinfo hints{}, *found = nullptr;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    const std::string port = std::to_string(options_.port);
    const int error = getaddrinfo(options_.host.c_str(), port.c_str(), &hints, &found);
    if (error != 0) cannot_listen(gai_strerror(error));
    listener_ = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int reuse = has_fault("does-not-reuse-its-address") ? 0 : 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
    if (bind(listener_, found->ai_addr, found->ai_addrlen) != 0) cannot_listen(strerror(errno));
    if (listen(listener_, SOMAXCONN) != 0) cannot_listen(strerror(errno));
    freeaddrinfo(found);
  }

  void announce() {
    sockaddr_storage own{};
    socklen_t size = sizeof own;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&own), &size);
    if (has_fault("keeps-its-first-line")) return;
    log(has_fault("says-port-0") ? "listening on 127.0.0.1:0"
                                 : "listening on " + name_of(own, size));
  }

  [[noreturn]] static void stay_behind() {
    signal(SIGTERM, SIG_IGN);
    sigset_t none;
    sigemptyset(&none);
    for (;;) {
      sigsuspend(&none);
    }
  }

  void log(const std::string& text) const {
    const std::string line = text + "\n";
    pollfd out{STDOUT_FILENO, POLLOUT, 0};
    // A pipe that poll reports has room for a line; without asking, write would wait for it.
    if (!has_fault("waits-for-its-reader") && poll(&out, 1, 0) != 1) return;
    const ssize_t n = write(STDOUT_FILENO, line.data(), line.size());
    if (n < 0 && has_fault("needs-its-reader")) std::exit(1);
  }

  void log_client(const std::string& text) const {
    if (!options_.quiet || has_fault("is-never-quiet")) log(text);
  }

  // One turn of the loop.

  void turn(int timeout_ms) {
    std::vector<pollfd> entries = {{accepting() ? listener_ : -1, POLLIN, 0}};
    for (const auto& [fd, connection] : connections_) {
      if (!connection.is_forgotten) entries.push_back({fd, wanted_events(connection), 0});
    }
    wait(entries, timeout_ms);
    if (g_stopped && !has_fault("waits-for-its-clients")) return serve(entries);
    serve(entries);
    if (entries.front().revents != 0) accept_one();
  }

  void wait(std::vector<pollfd>& entries, int timeout_ms) const {
    if (has_fault("never-sleeps")) timeout_ms = 0;
    const timespec time{timeout_ms / 1000, timeout_ms % 1000 * 1'000'000};
    // Signals come only in here, so that none falls between a look at g_stopped and the wait.
    sigset_t none;
    sigemptyset(&none);
    if (ppoll(entries.data(), entries.size(), timeout_ms < 0 ? nullptr : &time, &none) >= 0) return;
    for (pollfd& entry : entries) {
      entry.revents = 0;
    }
  }

  [[nodiscard]] bool accepting() const {
    const bool is_free = !options_.one_at_a_time || connections_.empty();
    return is_free && !is_full_ && !g_stopped;
  }

  [[nodiscard]] short wanted_events(const Connection& connection) const {
    int events = connection.pending.empty() ? POLLIN : POLLOUT;
    if (has_fault("buffers-without-bound")) events |= POLLIN;
    if (has_fault("spins-while-a-client-does-not-read")) events |= POLLIN;
    if (has_fault("closes-at-half-close")) events |= POLLRDHUP;
    if (has_fault("dies-of-an-urgent-byte")) events |= POLLPRI;
    return static_cast<short>(events);
  }

  void serve(const std::vector<pollfd>& entries) {
    for (std::size_t i = 1; i < entries.size(); ++i) {
      if (entries[i].revents != 0) on_ready(entries[i].fd, entries[i].revents);
    }
  }

  void accept_one() {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const int fd =
        accept4(listener_, reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return on_accept_failure();
    if (has_fault("holds-only-1000") && connections_.size() >= k_own_large_limit) {
      ::close(fd);
      return;
    }
    Connection& connection = connections_[fd];
    connection.name = name_of(peer, size);
    if (has_fault("waits-after-one-who-has-left") && has_left(fd)) {
      is_full_ = true;
      return forget(connection);
    }
    connection.is_forgotten =
        has_fault("forgets-clients-when-full") && connections_.size() > k_own_limit;
    on_accept(fd, connection);
  }

  void on_accept(int fd, const Connection& connection) const {
    log_client("connection from " + connection.name);
    if (has_fault("sends-blocking")) fcntl(fd, F_SETFL, 0);
    if (has_fault("leaves-zombies") && fork() == 0) _exit(0);
    if (has_fault("resets-at-the-end")) {
      const linger at_once{1, 0};
      setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
  }

  static bool has_left(int fd) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    return getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0;
  }

  void on_accept_failure() {
    if (errno != EMFILE && errno != ENFILE) return;
    if (has_fault("dies-when-full")) std::exit(1);
    is_full_ = !has_fault("spins-when-full");
  }

  void on_ready(int fd, short events) {
    if ((events & POLLPRI) != 0) std::exit(1);
    if ((events & POLLRDHUP) != 0) return close(fd);
    if ((events & POLLOUT) != 0) return send_some(fd);
    receive_some(fd);
  }

  void receive_some(int fd) {
    Connection& connection = connections_[fd];
    if (has_fault("spins-while-a-client-does-not-read") && !connection.pending.empty()) return;
    std::string chunk(k_chunk, '\0');
    const ssize_t n = recv(fd, chunk.data(), chunk.size(), 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n < 0 && has_fault("dies-of-a-reset")) std::exit(1);
    if (n <= 0) return on_end(fd, n < 0);
    chunk.resize(static_cast<std::size_t>(n));
    connection.bytes += chunk.size();
    spoil(chunk);
    connection.pending += chunk;
    send_some(fd);
  }

  void spoil(std::string& chunk) {
    if (has_fault("drops-a-byte") && chunk.size() > 1000) chunk.erase(chunk.size() / 2, 1);
    if (has_fault("repeats-a-byte") && chunk.size() > 1000) chunk.insert(500, 1, chunk[500]);
    if (has_fault("swaps-two-bytes") && chunk.size() > 1000) std::swap(chunk[10], chunk[500]);
    if (has_fault("sends-one-too-many")) chunk += '\n';
    if (has_fault("stops-at-nul")) chunk = chunk.c_str();
    if (has_fault("knows-seven-bits")) {
      std::for_each(chunk.begin(), chunk.end(), [](char& byte) { byte &= 0x7f; });
    }
    if (has_fault("waits-for-the-newline") && chunk.back() != '\n') chunk.clear();
  }

  void send_some(int fd) {
    Connection& connection = connections_[fd];
    while (!connection.pending.empty()) {
      const int flags = has_fault("dies-of-sigpipe") ? 0 : MSG_NOSIGNAL;
      const ssize_t n = send(fd, connection.pending.data(), connection.pending.size(), flags);
      if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
      if (n < 0) return on_end(fd, true);
      connection.pending.erase(0, static_cast<std::size_t>(n));
    }
    // An idle connection holds no buffer; clear() alone would keep it.
    if (!has_fault("keeps-its-buffers")) std::string().swap(connection.pending);
  }

  void on_end(int fd, bool is_reset) {
    Connection& connection = connections_[fd];
    if (has_fault("leaks-after-a-reset") && is_reset) return forget(connection);
    if (has_fault("leaks-who-says-nothing") && connection.bytes == 0) return forget(connection);
    if (has_fault("ignores-the-half-close")) return forget(connection);
    if (has_fault("shuts-down-and-forgets")) {
      shutdown(fd, SHUT_WR);
      return forget(connection);
    }
    close(fd);
  }

  static void forget(Connection& connection) { connection.is_forgotten = true; }

  void close(int fd) {
    const Connection& connection = connections_[fd];
    const std::size_t bytes = connection.bytes + (has_fault("counts-wrong") ? 1 : 0);
    if (!has_fault("logs-no-closed")) {
      log_client("closed " + connection.name + ", " + std::to_string(bytes) + " bytes");
    }
    connections_.erase(fd);
    ::close(fd);
    is_full_ = false;
  }

  // The end: for at most a second, what has been received goes to those who read.

  void stop() {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(1);
    ::close(listener_);
    listener_ = -1;
    close_those_with_nothing_pending();
    while (!connections_.empty() && std::chrono::steady_clock::now() < end) {
      turn(10);
      close_those_with_nothing_pending();
    }
  }

  [[nodiscard]] bool is_delivered(int fd) const {
    int bytes = 0;
    return has_fault("closes-with-bytes-on-their-way") || ioctl(fd, SIOCOUTQ, &bytes) != 0 ||
           bytes == 0;
  }

  void close_those_with_nothing_pending() {
    std::vector<int> idle;
    for (const auto& [fd, connection] : connections_) {
      const bool is_done = connection.pending.empty() && is_delivered(fd);
      if (is_done || has_fault("drops-all-at-the-end")) idle.push_back(fd);
    }
    for (const int fd : idle) {
      close(fd);
    }
  }

  Options options_;
  int listener_ = -1;
  bool is_full_ = false;
  std::map<int, Connection> connections_;
};

void on_signal(int) {
  g_stopped = 1;
}

void take_signals(const Options& options) {
  if (!options.has_fault("dies-of-sigpipe")) signal(SIGPIPE, SIG_IGN);
  if (options.has_fault("dies-of-sigterm")) return;
  sigset_t ours;
  sigemptyset(&ours);
  for (const int number : {SIGINT, SIGTERM}) {
    sigaddset(&ours, number);
    if (!options.has_fault("ignores-signals")) signal(number, on_signal);
  }
  sigprocmask(SIG_BLOCK, &ours, nullptr);
  if (options.has_fault("ignores-signals")) signal(SIGTERM, SIG_IGN);
}

// A closed standard output would be the number of the next socket, and log lines would go there.
void occupy_standard_descriptors() {
  int fd = open("/dev/null", O_RDWR);
  while (fd <= STDERR_FILENO) {
    fd = dup(fd);
  }
  ::close(fd);
}

}  // namespace

}  // namespace bad

int main(int argc, char** argv) {
  const bad::Options options = bad::parse_options(argc, argv);
  if (!options.has_fault("logs-into-a-socket")) bad::occupy_standard_descriptors();
  bad::take_signals(options);
  return bad::BadServer(options).run();
}
