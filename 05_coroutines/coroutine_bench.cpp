// What coroutines cost to create, to resume and to keep, beside threads,
// processes and Python's coroutines, which coroutine_bench.py measures. Run it
// with:
//   build/release/05_coroutines/coroutine_bench
#include <benchmark/benchmark.h>
#include <malloc.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "03_selectors_callbacks/selector.hpp"
#include "05_coroutines/event_loop.hpp"
#include "common/bench/bench.hpp"
#include "common/bench/twin.hpp"
#include "common/net/descriptor.hpp"
#include "common/net/system_call.hpp"

namespace {

using namespace std::chrono_literals;
using coroutines::Coroutine;
using coroutines::EventLoop;
using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

// --- create and destroy ------------------------------------------------------

// [region create]
Coroutine<> nothing() {
  co_return;
}

void create_coroutine(benchmark::State& state) {
  for (auto _ : state) {
    Coroutine<> coroutine = nothing();
    coroutine.next();  // to its end
    benchmark::DoNotOptimize(coroutine);
  }
}

void create_thread(benchmark::State& state) {
  for (auto _ : state) std::thread([] {}).join();
}

void create_process(benchmark::State& state) {
  for (auto _ : state) {
    const pid_t pid = net::checked(::fork(), "fork");
    if (pid == 0) ::_exit(0);
    net::checked(::waitpid(pid, nullptr, 0), "waitpid");
  }
}
// [end create]

Coroutine<> await_nothing(benchmark::State& state) {
  for (auto _ : state) co_await nothing();
}

void await(benchmark::State& state) {
  await_nothing(state).next();
}

// --- resume ------------------------------------------------------------------

// [region resume]
// `depth` coroutines, each of which awaits the next; the last one waits.
Coroutine<> nested(std::int64_t depth) {
  if (depth > 1) co_await nested(depth - 1);
  while (true) co_await coroutines::readable(0);
}

void resume(benchmark::State& state) {
  Coroutine<> outermost = nested(state.range(0));
  outermost.next();
  for (auto _ : state) benchmark::DoNotOptimize(outermost.next());
}
// [end resume]

// --- switch ------------------------------------------------------------------

// [region switch]
Coroutine<> yield_again_and_again() {
  while (true) co_await coroutines::sleep(0ns);
}

// Through the loop, which asks the kernel once a turn, however many take part.
void switch_coroutines(benchmark::State& state) {
  const auto selector = selectors::default_selector();
  EventLoop loop(*selector);
  for (auto n = state.range(0); n > 0; --n) loop.add(yield_again_and_again());
  loop.run_once();
  while (state.KeepRunningBatch(state.range(0))) loop.run_once();
}
// [end switch]

/// While it lives, this thread and those it creates run on one core, as
/// coroutines do: else a switch would be waking another core.
class OnOneCore {
 public:
  OnOneCore() {
    ::sched_getaffinity(0, sizeof before_, &before_);
    cpu_set_t one{};
    CPU_SET(static_cast<unsigned>(::sched_getcpu()), &one);
    ::sched_setaffinity(0, sizeof one, &one);
  }
  OnOneCore(const OnOneCore&) = delete;
  OnOneCore& operator=(const OnOneCore&) = delete;
  ~OnOneCore() { ::sched_setaffinity(0, sizeof before_, &before_); }

 private:
  cpu_set_t before_{};
};

/// Two sides that take turns: each waits on an event descriptor of its own, and
/// writes to the other's.
class Turns {
 public:
  /// The first side gives the turn away and waits until it comes back.
  void give() {
    write(there_, k_go_on);
    (void)read(here_);
  }
  /// The second side, until the first one ends it.
  void answer() {
    while (read(there_) == k_go_on) write(here_, k_go_on);
  }
  void end() { write(there_, k_end); }

 private:
  static constexpr std::uint64_t k_go_on = 1, k_end = 2;

  static net::Descriptor event() {
    return net::Descriptor(net::checked(::eventfd(0, EFD_CLOEXEC), "eventfd"));
  }
  static std::uint64_t read(const net::Descriptor& event) {
    std::uint64_t value = 0;
    net::checked(::read(event.get(), &value, sizeof value), "read");
    return value;
  }
  static void write(const net::Descriptor& event, std::uint64_t value) {
    net::checked(::write(event.get(), &value, sizeof value), "write");
  }

  net::Descriptor here_ = event();
  net::Descriptor there_ = event();
};

void take_turns(benchmark::State& state, Turns& turns) {
  while (state.KeepRunningBatch(2)) turns.give();  // there and back
  turns.end();
}

void switch_threads(benchmark::State& state) {
  const OnOneCore on_one_core;
  Turns turns;
  std::thread other([&turns] { turns.answer(); });
  take_turns(state, turns);
  other.join();
}

void switch_processes(benchmark::State& state) {
  const OnOneCore on_one_core;
  Turns turns;
  const pid_t pid = net::checked(::fork(), "fork");
  if (pid == 0) {
    turns.answer();
    ::_exit(0);
  }
  take_turns(state, turns);
  net::checked(::waitpid(pid, nullptr, 0), "waitpid");
}

// --- wait --------------------------------------------------------------------

Coroutine<> wait_again_and_again(int fd) {
  while (true) co_await coroutines::readable(fd);
}

// One wait for a descriptor that is readable already, through the loop.
void wait(benchmark::State& state, bool is_watched) {
  const net::Descriptor ready(
      net::checked(::eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd"));
  const auto selector = selectors::default_selector();
  EventLoop loop(*selector);
  std::optional<EventLoop::Watch> watch;
  if (is_watched) watch.emplace(loop, ready.get());
  loop.add(wait_again_and_again(ready.get()));
  loop.run_once();
  for (auto _ : state) loop.run_once();
}

// --- alive -------------------------------------------------------------------

// What malloc has given out, its own share included.
std::size_t heap() {
  const auto info = ::mallinfo2();
  return info.uordblks + info.hblkhd;
}

/// What has been used since it was made: time, and memory in two ways.
class Used {
 public:
  Used() = default;
  Used(const Used&) = delete;
  Used& operator=(const Used&) = delete;
  ~Used() { ::malloc_trim(0); }  // or each fork would copy its page tables

  [[nodiscard]] double seconds() const {
    return Seconds(Clock::now() - begin_).count();
  }
  /// Sets `state`'s time and its counters, which are for each of `n`.
  void tell(benchmark::State& state, std::size_t n) const {
    const auto each = [n](std::size_t bytes) {
      return static_cast<double>(bytes) / static_cast<double>(n);
    };
    state.SetIterationTime(seconds() / static_cast<double>(n));
    state.counters["alive"] = static_cast<double>(n);
    state.counters["heap"] = each(heap() - heap_);
    state.counters["resident"] = each(bench::resident() - resident_);
  }

 private:
  // What others had has been given back: it would be used again unseen.
  std::size_t resident_ = (::malloc_trim(0), bench::resident());
  std::size_t heap_ = heap();
  Clock::time_point begin_ = Clock::now();
};

// What one more turn of each takes.
template <typename Turn>
void time_of_a_turn(benchmark::State& state, std::size_t n, Turn turn) {
  const auto begin = Clock::now();
  turn();
  state.counters["resume"] =
      Seconds(Clock::now() - begin).count() / static_cast<double>(n);
}

// [region alive]
// By hand: each has come to its first wait.
void coroutines_alive(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    const Used used;
    std::vector<Coroutine<>> all;
    all.reserve(n);
    while (all.size() < n) all.push_back(wait_again_and_again(0));
    for (Coroutine<>& coroutine : all) coroutine.next();
    used.tell(state, n);
    time_of_a_turn(state, n, [&all] {
      for (Coroutine<>& coroutine : all) coroutine.next();
    });
  }
}

// In the loop, each waiting for a time.
void tasks_alive(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  const auto selector = selectors::default_selector();
  for (auto _ : state) {
    const Used used;
    EventLoop loop(*selector);
    for (std::size_t i = 0; i < n; ++i) loop.add(yield_again_and_again());
    loop.run_once();
    used.tell(state, n);
    time_of_a_turn(state, n, [&loop] { loop.run_once(); });
  }
}
// [end alive]

// Each waits until `done`. Fewer than `n` if the system has no more to give.
std::vector<std::thread> waiting_threads(std::size_t n,
                                         const std::atomic<bool>& done) {
  std::vector<std::thread> all;
  all.reserve(n);
  try {
    while (all.size() < n) all.emplace_back([&done] { done.wait(false); });
  } catch (const std::system_error&) {
  }
  return all;
}

void threads_alive(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    std::atomic<bool> done = false;
    const Used used;
    std::vector<std::thread> all = waiting_threads(n, done);
    used.tell(state, all.size());
    if (all.size() < n) state.SetLabel("the system gives no more threads");
    done = true;
    done.notify_all();
    for (std::thread& thread : all) thread.join();
  }
}

// --- Python ------------------------------------------------------------------

// Nothing if there is no Python.
bool register_all_of_python() {
  const bench::Twin twin = bench::python_twin();
  if (!twin.runs()) return false;
  twin.add("create_and_destroy/python", "create_and_destroy");
  twin.add("create_and_destroy/python_thread", "create_thread");
  twin.add("await/python", "await_nothing");
  for (const char* depth : {"1", "10", "100", "1000"}) {
    twin.add(std::string("resume/python/") + depth,
             std::string("resume ") + depth);
  }
  for (const char* n : {"2", "1000"}) {
    twin.add(std::string("switch/python/") + n, std::string("switch ") + n);
  }
  twin.add("alive/python/1000000", "coroutines_alive 1000000");
  twin.add("alive/python_task/100000", "tasks_alive 100000");
  return true;
}

}  // namespace

BENCHMARK(create_coroutine)->Name("create_and_destroy/coroutine");
BENCHMARK(create_thread)->Name("create_and_destroy/thread")->UseRealTime();
BENCHMARK(create_process)->Name("create_and_destroy/process")->UseRealTime();
BENCHMARK(await)->Name("await/coroutine");
BENCHMARK(resume)
    ->Name("resume/coroutine")
    ->RangeMultiplier(10)
    ->Range(1, 100'000);
BENCHMARK(switch_coroutines)->Name("switch/coroutine")->Arg(2)->Arg(1'000);
BENCHMARK(switch_threads)->Name("switch/thread")->UseRealTime();
BENCHMARK(switch_processes)->Name("switch/process")->UseRealTime();
BENCHMARK_CAPTURE(wait, registered_each_time, false);
BENCHMARK_CAPTURE(wait, watched, true);
BENCHMARK(coroutines_alive)
    ->Name("alive/coroutine")
    ->Arg(1'000'000)
    ->Iterations(1)
    ->UseManualTime();
BENCHMARK(tasks_alive)
    ->Name("alive/task")
    ->Arg(1'000'000)
    ->Iterations(1)
    ->UseManualTime();
BENCHMARK(threads_alive)
    ->Name("alive/thread")
    ->Arg(2'000)
    ->Iterations(1)
    ->UseManualTime();

namespace {

[[maybe_unused]] const bool has_python = register_all_of_python();

}  // namespace
