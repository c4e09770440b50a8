#include "06_tasks_futures/asyncio/process_pool/serve_forks.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/pidfd.hpp"
#include "06_tasks_futures/asyncio/process_pool/descriptor_passing.hpp"
#include "06_tasks_futures/asyncio/process_pool/forking.hpp"
#include "06_tasks_futures/asyncio/process_pool/serve_calls.hpp"
#include "common/net/system_call.hpp"

namespace asyncio {
namespace {

/// A worker that nobody has waited for yet.
struct Child {
  pid_t process;
  net::Descriptor end;  // readable once it has come
  net::Descriptor lifeline;
  bool is_over = false;
};

std::string told_by(int status) {
  if (!WIFSIGNALED(status)) {
    return "It exited with status " + std::to_string(WEXITSTATUS(status)) + ".";
  }
  const int signal = WTERMSIG(status);
  return "It was killed by signal " + std::to_string(signal) + " (" +
         ::strsignal(signal) + ").";
}

// Whoever was to hear it may be gone.
void tell(const net::Descriptor& lifeline, const std::string& text) {
  ::send(lifeline.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

/// Owned by the process that does nothing else.
class ForkServerLoop {
 public:
  ForkServerLoop(net::Descriptor requests, net::Descriptor parent) noexcept
      : requests_(std::move(requests)), parent_(std::move(parent)) {}
  ForkServerLoop(const ForkServerLoop&) = delete;
  ForkServerLoop& operator=(const ForkServerLoop&) = delete;
  ~ForkServerLoop() {
    for (const Child& child : children_) bury(child);
  }

  /// Until nobody is there to ask for anything.
  void run() {
    while (true) {
      const std::vector<pollfd> polled = poll();
      if (polled[0].revents != 0) return;
      bury_the_dead(polled);
      if (polled[1].revents != 0 && !serve_request()) return;
    }
  }

 private:
  static constexpr std::size_t k_first_child = 2;  // of what is polled

  [[nodiscard]] std::vector<pollfd> poll() const {
    std::vector<pollfd> polled = {{parent_.get(), POLLIN, 0},
                                  {requests_.get(), POLLIN, 0}};
    for (const Child& child : children_) {
      polled.push_back({child.end.get(), POLLIN, 0});
      polled.push_back({child.lifeline.get(), POLLIN, 0});
    }
    net::checked(
        net::retry([&] { return ::poll(polled.data(), polled.size(), -1); }),
        "poll");
    return polled;
  }

  void bury_the_dead(const std::vector<pollfd>& polled) {
    for (std::size_t i = 0; i < children_.size(); ++i) {
      const pollfd* of_child = &polled[k_first_child + 2 * i];
      children_[i].is_over =
          of_child[0].revents != 0 || of_child[1].revents != 0;
      if (children_[i].is_over) bury(children_[i]);
    }
    std::erase_if(children_, [](const Child& each) { return each.is_over; });
  }
  // To be killed changes nothing for what has ended.
  static void bury(const Child& child) {
    ::kill(child.process, SIGKILL);
    int status = 0;
    net::retry([&] { return ::waitpid(child.process, &status, 0); });
    tell(child.lifeline, told_by(status));
  }

  bool serve_request() {
    auto descriptors = receive_descriptors(requests_);
    if (!descriptors) return false;
    auto& [calls, lifeline] = *descriptors;
    try {
      if (calls && lifeline) start_worker(std::move(calls), lifeline);
    } catch (const std::exception& error) {
      tell(lifeline, std::string(error.what()) + ".");
    }
    return true;
  }
  void start_worker(net::Descriptor calls, net::Descriptor& lifeline) {
    children_.reserve(children_.size() + 1);
    const pid_t server = ::getpid();
    const pid_t process = net::checked(::fork(), "fork");
    if (process == 0) serve_calls(std::move(calls), server);
    children_.push_back({process, open_pidfd(process), std::move(lifeline)});
  }

  net::Descriptor requests_;
  net::Descriptor parent_;
  std::vector<Child> children_;
};

}  // namespace

void serve_forks(net::Descriptor requests, net::Descriptor parent) noexcept {
  set_worker_signals();
  ::prctl(PR_SET_NAME, "fork_server");
  close_all_but(requests, parent);
  ForkServerLoop(std::move(requests), std::move(parent)).run();
  ::_exit(0);
}

}  // namespace asyncio
