// The first way out: every client gets a thread of its own to wait in.
#include <sys/socket.h>

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_set>

#include "01_blocking/accept.hpp"
#include "01_blocking/handler.hpp"
#include "01_blocking/stop_handler.hpp"
#include "common/cli/server_program.hpp"
#include "common/net/stop.hpp"

namespace {

/// The clients that are being served, each by its own thread. The thread that
/// accepts makes it, adds to it and destroys it; a client's thread only strikes
/// itself off.
class Threads {
 public:
  explicit Threads(net::Log& log) : log_(log) {}
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  ~Threads();

  void start(net::Connection client);

 private:
  void run(net::Connection client);
  void forget(int fd);
  void count_out();
  void shut_all(int how);

  net::Log& log_;
  std::mutex mutex_;
  std::condition_variable last_left_;
  std::unordered_set<int> clients_;  // open for as long as they stand here
  int running_ = 0;
};

// [region thread]
void Threads::start(net::Connection client) {
  const std::lock_guard lock(mutex_);
  const int fd = client.fd();
  try {
    clients_.insert(fd);
    std::thread(&Threads::run, this, std::move(client)).detach();
    ++running_;
  } catch (const std::exception& error) {
    clients_.erase(fd);  // it was closed with the thread that was not made
    log_.warn(std::string("refused a client: ") + error.what());
  }
}

void Threads::run(net::Connection client) {
  {
    net::Connection served = std::move(client);
    blocking::echo(served);
    using blocking::StopHandler;
    if (StopHandler::requested()) {
      StopHandler::wait_until_delivered(served.fd());
    }
    forget(served.fd());  // before the number can be another client's
  }
  count_out();
}
// [end thread]

void Threads::forget(int fd) {
  const std::lock_guard lock(mutex_);
  clients_.erase(fd);
}

void Threads::count_out() {
  const std::lock_guard lock(mutex_);
  if (--running_ == 0) last_left_.notify_all();
}

void Threads::shut_all(int how) {
  for (const int fd : clients_) ::shutdown(fd, how);
}

// [region stop]
Threads::~Threads() {
  std::unique_lock lock(mutex_);
  const auto all_gone = [this] { return running_ == 0; };
  shut_all(SHUT_RD);
  if (last_left_.wait_for(lock, net::k_stop_grace, all_gone)) return;
  shut_all(SHUT_RDWR);
  last_left_.wait(lock, all_gone);
}
// [end stop]

// [region serve]
void serve(const net::Descriptor& listener, net::Log& log) {
  const blocking::StopHandler stop(listener.get());
  Threads threads(log);
  log.listening(listener);
  while (auto client = blocking::accept_client(listener, log)) {
    threads.start(std::move(*client));
  }
}
// [end serve]

}  // namespace

int main(int argc, char** argv) {
  return cli::ServerProgram(
             "Echoes what clients send, each in a thread of its own.")
      .run(argc, argv, serve);
}
