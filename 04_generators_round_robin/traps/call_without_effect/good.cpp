// It is asked, and what it yields is yielded again.
#include "04_generators_round_robin/event_loop.hpp"

using generators::Task;
using generators::Wait;

Task receive_line(int client) {
  co_yield Wait{selectors::k_event_read, client};
}

Task serve(int client) {
  Task called = receive_line(client);
  while (Wait* wait = called.next()) co_yield *wait;
}

int main() {
  return serve(0).next() ? 0 : 1;
}
