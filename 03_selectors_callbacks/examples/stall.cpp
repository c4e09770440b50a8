// A callback that does not return soon. "slow" computes for a tenth of a
// second; "quick" becomes ready at the beginning of that, and is called at its
// end.
#include <sys/eventfd.h>

#include <chrono>
#include <cstdio>

#include "03_selectors_callbacks/selector.hpp"
#include "common/net/descriptor.hpp"
#include "common/net/system_call.hpp"

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

net::Descriptor event_counter(unsigned count) {
  return net::Descriptor(
      net::checked(::eventfd(count, EFD_NONBLOCK), "eventfd"));
}

void compute_for(Clock::duration time) {
  const auto end = Clock::now() + time;
  while (Clock::now() < end) {
  }
}

}  // namespace

// [region main]
int main() {
  const auto selector = selectors::default_selector();
  const net::Descriptor slow = event_counter(1);  // ready from the beginning
  const net::Descriptor quick = event_counter(0);
  Clock::time_point ready_since;

  selector->register_(slow.get(), selectors::k_event_read, [&](auto) {
    selector->unregister(slow.get());
    ::eventfd_write(quick.get(), 1);  // now the other one is ready
    ready_since = Clock::now();
    std::puts("slow begins, quick is ready");
    compute_for(100ms);
    std::puts("slow ends");
  });
  selector->register_(quick.get(), selectors::k_event_read, [&](auto) {
    selector->unregister(quick.get());
    const bool late = Clock::now() - ready_since >= 100ms;
    std::printf("quick is called, %s\n", late ? "100 ms late" : "in time");
  });

  while (!selector->get_map().empty()) {
    for (const auto& [key, events] : selector->select()) key->data(events);
  }
}
// [end main]
