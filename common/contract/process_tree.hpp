// Facts from /proc about a server and all that it has forked. A server is started as the leader of
// a session, so its tree is: every process of that session, and their children in other sessions.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <vector>

namespace contract {

struct SessionMember {
  pid_t pid;
  bool is_zombie;
};

[[nodiscard]] std::vector<SessionMember> members_of_session(pid_t session);

// What a server occupies, and must not occupy more and more of.
struct Footprint {
  std::size_t processes = 0;
  std::size_t zombies = 0;
  std::size_t descriptors = 0;

  [[nodiscard]] bool fits_into(const Footprint& other) const;
};

std::ostream& operator<<(std::ostream& out, const Footprint& footprint);

[[nodiscard]] Footprint footprint_of(pid_t session);

// All that `ancestor` has started, and what that has started, without `ancestor` itself.
[[nodiscard]] std::vector<pid_t> descendants_of(pid_t ancestor);

// Memory that only the server uses: its heaps and stacks, not the libraries it shares with others.
[[nodiscard]] std::uint64_t memory_of(pid_t session);

// In nanoseconds, of all threads, also those that have ended; and of the processes that have ended
// and were waited for, which /proc gives in steps of 10 ms. (Who ignores SIGCHLD waits for nobody:
// the kernel forgets what such children used.)
[[nodiscard]] std::chrono::nanoseconds cpu_time_of(pid_t session);

// How often a thread has gone to sleep of its own will. A thread that ends takes its number along.
[[nodiscard]] std::uint64_t sleeps_of(pid_t session);

}  // namespace contract
