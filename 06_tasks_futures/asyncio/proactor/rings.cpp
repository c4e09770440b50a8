#include "06_tasks_futures/asyncio/proactor/rings.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>

#include "common/net/system_call.hpp"

namespace asyncio::uring {
namespace {

using namespace std::chrono_literals;

/// What a kernel that refuses a ring means by it: io_uring_setup(2), ERRORS.
std::string reason_for(int error) {
  switch (error) {
    case ENOSYS: return "io_uring: this kernel has none";
    case EPERM:
      return "io_uring: forbidden here, by a sandbox or by the setting "
             "kernel.io_uring_disabled";
    case EINVAL: return "io_uring: this kernel lacks deferred work (Linux 6.1)";
    case ENOMEM: return k_no_memory;
    default: return "io_uring_setup";
  }
}

// The kernel does its part of a request when we ask it for completions, rather
// than whenever it has us (DEFER_TASKRUN): so it is done in batches, as ours
// is. In return one thread alone may ask (SINGLE_ISSUER): the first that does,
// since the ring begins its life switched off (R_DISABLED). A wrong request
// does not keep those behind it (SUBMIT_ALL).
io_uring_params parameters_for(unsigned capacity) {
  io_uring_params parameters{};
  parameters.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN |
                     IORING_SETUP_R_DISABLED | IORING_SETUP_SUBMIT_ALL |
                     IORING_SETUP_CQSIZE;
  parameters.sq_entries = capacity;
  parameters.cq_entries = 4 * capacity;  // a multishot request fills several
  return parameters;
}

// The C library has no functions for io_uring's three system calls.
net::Descriptor set_up(io_uring_params& parameters) {
  const long fd =
      ::syscall(SYS_io_uring_setup, parameters.sq_entries, &parameters);
  if (fd < 0) throw net::last_error(reason_for(errno));
  return net::Descriptor(static_cast<int>(fd));
}

// Both rings lie in one mapping (IORING_FEAT_SINGLE_MMAP, Linux 5.4).
std::size_t size_of_rings(const io_uring_params& parameters) {
  return std::max<std::size_t>(
      parameters.sq_off.array + parameters.sq_entries * sizeof(unsigned),
      parameters.cq_off.cqes + parameters.cq_entries * sizeof(io_uring_cqe));
}

__kernel_timespec to_timespec(std::chrono::nanoseconds time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return {.tv_sec = seconds.count(), .tv_nsec = (time - seconds).count()};
}

}  // namespace

// [region set_up]
Rings::Rings(unsigned capacity)
    : parameters_(parameters_for(capacity)),
      descriptor_(set_up(parameters_)),
      rings_(size_of_rings(parameters_), fd(), IORING_OFF_SQ_RING),
      requests_(parameters_.sq_entries * sizeof(io_uring_sqe), fd(),
                IORING_OFF_SQES),
      request_tail_(number_at(parameters_.sq_off.tail)),
      completion_head_(number_at(parameters_.cq_off.head)),
      completion_tail_(number_at(parameters_.cq_off.tail)) {
  // The kernel finds the requests by way of this table, which could change
  // their order. Ours stays as it is.
  unsigned* table = number_at(parameters_.sq_off.array);
  for (unsigned i = 0; i < parameters_.sq_entries; ++i) table[i] = i;
}
// [end set_up]

io_uring_sqe& Rings::add_request() {
  const unsigned capacity = parameters_.sq_entries;
  while (added_ - taken_ == capacity) submit();
  auto& request = requests_.at<io_uring_sqe>(0)[added_++ & (capacity - 1)];
  request = {};
  return request;
}

// [region enter]
// One look into the kernel a call: also for what it has deferred until we ask
// (GETEVENTS), and for completions that did not fit into their ring.
void Rings::enter(Timeout timeout) {
  const bool waits = timeout != 0ns;
  hand_over(waits ? 1 : 0, IORING_ENTER_GETEVENTS, timeout);
}

void Rings::submit() {
  hand_over(0, 0, std::nullopt);
}

void Rings::hand_over(unsigned wanted, unsigned flags, Timeout timeout) {
  if (!is_enabled_) enable();
  std::atomic_ref(*request_tail_).store(added_, std::memory_order_release);
  const int n = call(added_ - taken_, wanted, flags, timeout);
  if (n >= 0) {
    taken_ += static_cast<unsigned>(n);
  } else if (errno == EAGAIN) {
    wait_for_memory(timeout);
  } else if (errno != EINTR && errno != ETIME && errno != EBUSY) {
    throw net::last_error("io_uring_enter");
  }  // EBUSY: completions are to be taken first
}
// [end enter]

// The kernel has none for another request. Those that are under way may give
// some back.
void Rings::wait_for_memory(Timeout timeout) {
  constexpr std::chrono::nanoseconds k_pause = 20ms;
  call(0, 1, IORING_ENTER_GETEVENTS,
       std::min(timeout.value_or(k_pause), k_pause));
}

// io_uring_enter(2), with IORING_ENTER_EXT_ARG: the fifth argument holds the
// timeout. If it has taken requests, it says how many, whatever came after.
int Rings::call(unsigned n, unsigned wanted, unsigned flags, Timeout timeout) {
  ++enters_;
  const __kernel_timespec time = to_timespec(timeout.value_or(0ns));
  const bool has_limit = wanted != 0 && timeout;
  io_uring_getevents_arg argument{};
  if (has_limit) argument.ts = reinterpret_cast<std::uintptr_t>(&time);
  return static_cast<int>(::syscall(SYS_io_uring_enter, fd(), n, wanted,
                                    flags | IORING_ENTER_EXT_ARG, &argument,
                                    sizeof argument));
}

void Rings::enable() {
  net::checked(::syscall(SYS_io_uring_register, fd(),
                         IORING_REGISTER_ENABLE_RINGS, nullptr, 0),
               "io_uring_register");
  is_enabled_ = true;
}

}  // namespace asyncio::uring
