// What the core costs: an await, a turn, a callback, a wake-up, a task; beside
// Python's asyncio and uvloop, which asyncio_bench.py measures, and the peers
// that were built (cmake --build build/release --target peers). The yardstick
// is the least that a loop can do: push a paused coroutine into a ring, pop it
// and resume it. Run it with:
//   build/release/06_tasks_futures/asyncio_bench
#include <benchmark/benchmark.h>
#include <malloc.h>
#include <sys/eventfd.h>

#include <array>
#include <chrono>
#include <coroutine>
#include <cstdint>
#include <exception>
#include <string>

#include "06_tasks_futures/asyncio/event_loop.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "common/bench/bench.hpp"
#include "common/bench/twin.hpp"
#include "common/net/descriptor.hpp"
#include "common/net/system_call.hpp"

namespace {

using namespace std::chrono_literals;
using asyncio::Coroutine;
using asyncio::EventLoop;
using asyncio::Future;
using net::Descriptor;

// --- the yardstick -----------------------------------------------------------

/// Paused coroutines in the order of their turns.
class Ring {
 public:
  void push(std::coroutine_handle<> handle) {
    slots_[end_++ % k_size] = handle;
  }
  std::coroutine_handle<> pop() { return slots_[begin_++ % k_size]; }

 private:
  static constexpr std::size_t k_size = 1024;
  std::array<std::coroutine_handle<>, k_size> slots_{};
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

/// Runs until it is destroyed; each wait puts it into the ring again.
class Bare {
 public:
  struct promise_type {
    Bare get_return_object() { return Bare(*this); }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
  explicit Bare(promise_type& promise)
      : handle_(std::coroutine_handle<promise_type>::from_promise(promise)) {}
  Bare(const Bare&) = delete;
  Bare& operator=(const Bare&) = delete;
  ~Bare() { handle_.destroy(); }

 private:
  std::coroutine_handle<promise_type> handle_;
};

struct NextTurn : std::suspend_always {
  explicit NextTurn(Ring& to) : ring(to) {}
  void await_suspend(std::coroutine_handle<> self) { ring.push(self); }
  Ring& ring;
};

Bare turn_after_turn(Ring& ring) {
  while (true) co_await NextTurn(ring);
}

void yardstick(benchmark::State& state) {
  Ring ring;
  const Bare bare = turn_after_turn(ring);
  for (auto _ : state) ring.pop().resume();
}

// --- the core ----------------------------------------------------------------

/// What else the loop looks after meanwhile.
enum class Beside { nothing, descriptor, timer };

/// A loop, and perhaps a descriptor that it watches, or a timer that pends.
class Loop {
 public:
  explicit Loop(Beside beside) {
    if (beside == Beside::descriptor) loop_.add_reader(idle_.get(), [] {});
    if (beside == Beside::timer) loop_.call_later(1h, [] {});
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  ~Loop() { loop_.remove_reader(idle_.get()); }

  EventLoop* operator->() { return &loop_; }

 private:
  Descriptor idle_{net::checked(::eventfd(0, EFD_CLOEXEC), "eventfd")};
  EventLoop loop_;
};

Coroutine<int> at_once() {
  co_return 1;
}

Coroutine<> await_again_and_again(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(co_await at_once());
}

void await(benchmark::State& state, Beside beside) {
  Loop(beside)->run_until_complete(await_again_and_again(state));
}

Coroutine<> turn_again_and_again(benchmark::State& state) {
  for (auto _ : state) co_await asyncio::sleep(0s);
}

void turn(benchmark::State& state, Beside beside) {
  Loop(beside)->run_until_complete(turn_again_and_again(state));
}

// A thousand in each turn.
Coroutine<> turn_for_ever() {
  while (true) co_await asyncio::sleep(0s);
}

Coroutine<> turns_of_all(benchmark::State& state, std::int64_t n) {
  for (auto i = n; i > 1; --i) asyncio::create_task(turn_for_ever());
  co_await asyncio::sleep(0s);
  while (state.KeepRunningBatch(n)) co_await asyncio::sleep(0s);
}

void turns(benchmark::State& state, Beside beside) {
  Loop loop(beside);
  loop->set_exception_handler([](EventLoop&, const auto&) {});
  loop->run_until_complete(turns_of_all(state, 1'000));
}

void call_soon(benchmark::State& state, Beside beside) {
  Loop loop(beside);
  constexpr int k_each = 100;
  while (state.KeepRunningBatch(k_each)) {
    for (int i = 0; i < k_each; ++i) loop->call_soon([] {});
    loop->stop();
    loop->run_forever();
  }
}

/// Two tasks that wake each other, each through a future of the other's.
class PingPong {
 public:
  explicit PingPong(benchmark::State& state) : state_(state) {}

  Coroutine<> run() {
    const auto other = asyncio::create_task(answer());
    while (state_.KeepRunningBatch(2)) {
      ping_ = asyncio::get_running_loop().create_future<int>();
      if (!pong_.done()) pong_.set_result(1);
      co_await ping_;
    }
    is_over_ = true;
    pong_.set_result(1);
    co_await other;
  }

 private:
  Coroutine<> answer() {
    while (!is_over_) {
      if (!ping_.done()) ping_.set_result(1);
      pong_ = asyncio::get_running_loop().create_future<int>();
      co_await pong_;
    }
  }

  benchmark::State& state_;
  Future<int> ping_ = asyncio::get_running_loop().create_future<int>();
  Future<int> pong_ = asyncio::get_running_loop().create_future<int>();
  bool is_over_ = false;
};

Coroutine<> wake_each_other(benchmark::State& state) {
  PingPong ping_pong(state);
  co_await ping_pong.run();
}

void wake_up(benchmark::State& state, Beside beside) {
  Loop(beside)->run_until_complete(wake_each_other(state));
}

Coroutine<> create_and_await(benchmark::State& state) {
  for (auto _ : state) co_await asyncio::create_task(at_once());
}

void create_task(benchmark::State& state, Beside beside) {
  Loop(beside)->run_until_complete(create_and_await(state));
}

// --- a million ---------------------------------------------------------------

Coroutine<> sleep_an_hour() {
  co_await asyncio::sleep(1h);
}

void alive(benchmark::State& state) {
  ::mallopt(M_MMAP_THRESHOLD, 1 << 20);  // whatever was allocated before
  const auto n = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    EventLoop loop;
    loop.set_exception_handler([](EventLoop&, const auto&) {});
    ::malloc_trim(0);
    const std::size_t before = bench::resident();
    const auto begin = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < n; ++i) loop.create_task(sleep_an_hour());
    loop.stop();
    loop.run_forever();
    const std::chrono::duration<double> took =
        std::chrono::steady_clock::now() - begin;
    state.SetIterationTime(took.count() / static_cast<double>(n));
    state.counters["resident"] =
        static_cast<double>(bench::resident() - before) /
        static_cast<double>(n);
  }
}

struct Measure {
  const char* name;
  void (*run)(benchmark::State&, Beside);
};

/// What another loop needs for the same, if it is there and can do that.
void add_others(const std::string& name, const bench::Twin& twin,
                const std::string& loop) {
  for (const std::string measure : {"await", "turn", "turns", "call_soon",
                                    "wake_up", "create_task", "alive"}) {
    if (!twin.runs("has " + measure + loop)) continue;
    twin.add(measure + "/" + name, measure + loop);
  }
}

bool register_all() {
  benchmark::RegisterBenchmark("yardstick", yardstick);
  for (const auto& [name, run] :
       {Measure{"await", await}, Measure{"turn", turn}, Measure{"turns", turns},
        Measure{"call_soon", call_soon}, Measure{"wake_up", wake_up},
        Measure{"create_task", create_task}}) {
    const std::string prefix = std::string(name) + "/";
    benchmark::RegisterBenchmark((prefix + "bare").c_str(), run,
                                 Beside::nothing);
    benchmark::RegisterBenchmark((prefix + "descriptor").c_str(), run,
                                 Beside::descriptor);
    benchmark::RegisterBenchmark((prefix + "timer").c_str(), run,
                                 Beside::timer);
  }
  benchmark::RegisterBenchmark("alive", alive)
      ->Arg(1'000'000)
      ->Iterations(1)
      ->UseManualTime();
  const bench::Twin python = bench::python_twin();
  add_others("asyncio", python, " asyncio");
  add_others("uvloop", python, " uvloop");
  for (const std::string peer : {"asio", "tokio", "go"}) {
    add_others(peer, bench::Twin("'" CORE_PEERS "/" + peer + "'"), "");
  }
  return true;
}

[[maybe_unused]] const bool is_registered = register_all();

}  // namespace
