// What a generator costs to create, to ask and to switch between, and what it
// costs to register a descriptor for each wait. Run it with:
//   build/release/04_generators_round_robin/generator_bench
#include <benchmark/benchmark.h>
#include <malloc.h>
#include <sys/eventfd.h>

#include <cstddef>
#include <deque>
#include <functional>
#include <utility>
#include <vector>

#include "03_selectors_callbacks/selector.hpp"
#include "04_generators_round_robin/event_loop.hpp"
#include "04_generators_round_robin/round_robin.hpp"
#include "common/net/descriptor.hpp"
#include "common/net/system_call.hpp"

namespace {

using generators::Generator;
using generators::Task;
using generators::Wait;
using selectors::k_event_read;

// [region numbers]
Generator<int> numbers() {
  for (int i = 0;; ++i) co_yield i;
}

Generator<int> numbers_below(int end) {
  for (int i = 0; i < end; ++i) co_yield i;
}
// [end numbers]

void create_and_destroy(benchmark::State& state, int questions) {
  for (auto _ : state) {
    Generator<int> generator = numbers();
    for (int i = 0; i < questions; ++i) generator.next();
    benchmark::DoNotOptimize(generator);
  }
}

// What each of many takes of the heap: its frame, and what malloc adds.
void keep_many(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  std::vector<Generator<int>> all;
  all.reserve(n);
  for (auto _ : state) {
    const std::size_t before = ::mallinfo2().uordblks;
    while (all.size() < n) all.push_back(numbers());
    const std::size_t heap = ::mallinfo2().uordblks - before;
    state.counters["heap"] = static_cast<double>(heap) / static_cast<double>(n);
  }
}

void next(benchmark::State& state) {
  Generator<int> generator = numbers();
  for (auto _ : state) benchmark::DoNotOptimize(generator.next());
}

// The same without a generator: what has to be remembered is in an object.
void call(benchmark::State& state) {
  std::function<int()> next = [i = 0]() mutable { return i++; };
  benchmark::DoNotOptimize(next);
  for (auto _ : state) benchmark::DoNotOptimize(next());
}

// So many questions to each that what it costs to create them does not show.
void switch_between(benchmark::State& state) {
  constexpr int k_questions = 1'000;
  const auto n = static_cast<int>(state.range(0));
  while (state.KeepRunningBatch(n * k_questions)) {
    std::deque<Generator<int>> tasks;
    while (tasks.size() < static_cast<std::size_t>(n)) {
      tasks.push_back(numbers_below(k_questions));
    }
    generators::round_robin(std::move(tasks),
                            [](int i) { benchmark::DoNotOptimize(i); });
  }
}

// An event descriptor is readable for as long as its count is not zero.
net::Descriptor always_readable() {
  return net::Descriptor(
      net::checked(::eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd"));
}

// [region waits]
Task wait_again_and_again(int fd) {
  while (true) co_yield Wait{k_event_read, fd};
}

// Chapter 4's loop: register, wait, unregister.
void register_for_each_wait(benchmark::State& state) {
  const net::Descriptor ready = always_readable();
  const auto selector = selectors::default_selector();
  generators::EventLoop loop(*selector);
  loop.add(wait_again_and_again(ready.get()));
  loop.run_once();  // to its first wait
  for (auto _ : state) loop.run_once();
}

// Chapter 3's: the descriptor stays registered, and is only waited for.
void stay_registered(benchmark::State& state) {
  const net::Descriptor ready = always_readable();
  const auto selector = selectors::default_selector();
  Task task = wait_again_and_again(ready.get());
  selector->register_(ready.get(), k_event_read,
                      [&task](selectors::Events) { task.next(); });
  for (auto _ : state) {
    for (const auto& [key, events] : selector->select()) key->data(events);
  }
}
// [end waits]

}  // namespace

BENCHMARK_CAPTURE(create_and_destroy, never_asked, 0);
BENCHMARK_CAPTURE(create_and_destroy, asked_once, 1);
BENCHMARK(keep_many)->Name("alive/generator")->Arg(100'000)->Iterations(1);
BENCHMARK(next)->Name("ask/generator");
BENCHMARK(call)->Name("ask/function");
BENCHMARK(switch_between)->Name("switch")->Arg(2)->Arg(10)->Arg(1'000);
BENCHMARK(register_for_each_wait)->Name("wait/registered_each_time");
BENCHMARK(stay_registered)->Name("wait/stays_registered");
