#include "06_tasks_futures/asyncio/pidfd.hpp"

#include <sys/syscall.h>
#include <unistd.h>

namespace asyncio {

// The C library has a function for it only from glibc 2.36 on.
net::Descriptor open_pidfd(pid_t process) noexcept {
  return net::Descriptor(
      static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
}

}  // namespace asyncio
