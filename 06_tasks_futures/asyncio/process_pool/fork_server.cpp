#include "06_tasks_futures/asyncio/process_pool/fork_server.hpp"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <string>
#include <utility>

#include "06_tasks_futures/asyncio/exceptions.hpp"
#include "06_tasks_futures/asyncio/pidfd.hpp"
#include "06_tasks_futures/asyncio/process_pool/descriptor_passing.hpp"
#include "06_tasks_futures/asyncio/process_pool/forking.hpp"
#include "06_tasks_futures/asyncio/process_pool/serve_forks.hpp"
#include "common/net/socket_pair.hpp"
#include "common/net/system_call.hpp"

namespace asyncio {
namespace {

void check_one_thread() {
  const std::size_t n = count_threads();
  if (n == 1) return;
  throw RuntimeError("cannot fork: there are " + std::to_string(n) +
                     " threads; make the process pool before the first of them "
                     "starts");
}

}  // namespace

ForkServer::ForkServer() {
  check_one_thread();
  net::SocketPair requests;
  net::Descriptor parent = open_pidfd(::getpid());
  flush_output();
  const SignalsBlocked until_the_child_has_reset_them;
  process_ = net::checked(::fork(), "fork");
  if (process_ == 0) serve_forks(std::move(requests.there), std::move(parent));
  requests_ = std::move(requests.here);
}

// Closed, it would stay open if a child of this process has it too.
ForkServer::~ForkServer() {
  ::shutdown(requests_.get(), SHUT_RDWR);
  net::retry([this] { return ::waitpid(process_, nullptr, 0); });
}

WorkerProcess ForkServer::start_worker() const {
  net::SocketPair calls;
  net::SocketPair lifeline;
  send_descriptors(requests_, {calls.there.get(), lifeline.there.get()});
  return WorkerProcess(
      Channel(std::move(calls.here), std::move(lifeline.here)));
}

}  // namespace asyncio
