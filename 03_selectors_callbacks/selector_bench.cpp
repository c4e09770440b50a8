// What one call of select() costs when ten descriptors are ready and many more
// are not. Run it with:
//   build/release/03_selectors_callbacks/selector_bench
#include <benchmark/benchmark.h>
#include <sys/eventfd.h>

#include "03_selectors_callbacks/selector.hpp"
#include "common/net/descriptor.hpp"
#include "common/net/system_call.hpp"

namespace {

constexpr std::size_t k_active = 10;

// An event descriptor is readable for as long as its count is not zero.
net::Descriptor event(unsigned count) {
  return net::Descriptor(
      net::checked(::eventfd(count, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd"));
}

std::vector<net::Descriptor> events(std::size_t n, unsigned count) {
  std::vector<net::Descriptor> descriptors;
  while (descriptors.size() < n) descriptors.push_back(event(count));
  return descriptors;
}

void register_all(selectors::Selector& selector,
                  const std::vector<net::Descriptor>& descriptors) {
  for (const net::Descriptor& descriptor : descriptors) {
    selector.register_(descriptor.get(), selectors::k_event_read,
                       [](selectors::Events) {});
  }
}

void select_once(benchmark::State& state, const std::string& name) {
  const auto idle = events(static_cast<std::size_t>(state.range(0)), 0);
  const auto active = events(k_active, 1);
  const auto selector = selectors::selector_named(name);
  register_all(*selector, idle);
  register_all(*selector, active);
  for (auto _ : state) {
    const auto ready = selector->select();
    if (ready.size() != k_active) return state.SkipWithError("wrong number");
  }
}

}  // namespace

BENCHMARK_CAPTURE(select_once, epoll, "epoll")
    ->RangeMultiplier(10)
    ->Range(10, 10'000);
BENCHMARK_CAPTURE(select_once, poll, "poll")
    ->RangeMultiplier(10)
    ->Range(10, 10'000);
BENCHMARK_CAPTURE(select_once, select, "select")
    ->RangeMultiplier(10)
    ->Range(10, 1'000);
