// Threads share the memory of their process; a forked child has a copy.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <thread>

#include "common/net/system_call.hpp"

// [region main]
int main() {
  int clients_served = 0;

  std::thread thread([&] { clients_served += 1; });
  thread.join();
  std::printf("after a thread added one: %d\n", clients_served);

  const pid_t child = net::checked(::fork(), "fork");
  if (child == 0) {
    clients_served += 1;  // in the child's own copy
    ::_exit(0);
  }
  net::checked(::waitpid(child, nullptr, 0), "waitpid");
  std::printf("after a child added one: %d\n", clients_served);
}
// [end main]
