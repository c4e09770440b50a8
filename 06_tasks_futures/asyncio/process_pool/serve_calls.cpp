#include "06_tasks_futures/asyncio/process_pool/serve_calls.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <optional>
#include <span>
#include <utility>

#include "06_tasks_futures/asyncio/process_pool/channel.hpp"
#include "06_tasks_futures/asyncio/process_pool/forking.hpp"
#include "06_tasks_futures/asyncio/process_pool/remote_call.hpp"

namespace asyncio {
namespace {

/// Whom nobody asks any more has nothing more to do.
class Worker {
 public:
  explicit Worker(net::Descriptor calls) noexcept : calls_(std::move(calls)) {}

  void serve() const {
    const std::size_t size = receive_size();
    const std::optional<Bytes> request = receive_request(size);
    say_begun();
    try {
      if (!request) throw std::bad_alloc();
      answer(answer_to(*request));
    } catch (const std::bad_alloc&) {  // for the request, or for the answer
      const std::size_t nothing = 0;
      answer(std::as_bytes(std::span(&nothing, 1)));
    }
  }

 private:
  void receive(std::span<std::byte> bytes) const {
    if (!calls_.receive(bytes)) ::_exit(0);
  }
  void send(std::span<const std::byte> bytes) const {
    if (!calls_.send(bytes)) ::_exit(0);
  }
  // Of a process that dies before, no part of the call was made.
  void say_begun() const {
    const std::byte begun{};
    send({&begun, 1});
  }
  // A call may fork, and return in the child too. There is one answer.
  void answer(std::span<const std::byte> bytes) const {
    if (::getpid() != process_) ::_exit(0);
    send(bytes);
  }
  [[nodiscard]] std::size_t receive_size() const {
    std::size_t size = 0;
    receive(std::as_writable_bytes(std::span(&size, 1)));
    return size;
  }
  // None if there is no memory for it.
  [[nodiscard]] std::optional<Bytes> receive_request(std::size_t size) const {
    try {
      Bytes request(size);
      receive(request);
      return request;
    } catch (const std::bad_alloc&) {
      skip(size);
      return std::nullopt;
    }
  }
  void skip(std::size_t size) const {
    std::array<std::byte, 4096> bytes{};
    while (size > 0) {
      const auto part = std::span(bytes).first(std::min(size, bytes.size()));
      receive(part);
      size -= part.size();
    }
  }

  Channel calls_;
  pid_t process_ = ::getpid();
};

// A function that calls exit(3) ends the worker; but what its parent left to be
// done at exit, the parent does. Registered last, it is called first.
void leave(int status, void* /*nothing*/) {
  flush_output();
  ::_exit(status);
}

}  // namespace

void serve_calls(net::Descriptor calls, pid_t server) noexcept {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != server) ::_exit(0);
  ::prctl(PR_SET_NAME, "pool_worker");
  close_all_but(calls, calls);
  ::on_exit(leave, nullptr);
  const Worker worker(std::move(calls));
  while (true) worker.serve();
}

}  // namespace asyncio
