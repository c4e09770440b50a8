// What standalone asio needs for what asyncio_bench measures, with coroutines
// and in one thread:
//   asio NAME      prints the seconds that one takes
//   asio has NAME  is 0 if it can do that
// It has no future that a coroutine could wait for.
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

namespace {

using asio::awaitable;
using asio::use_awaitable;
using Clock = std::chrono::steady_clock;

struct Measured {
  double seconds = 0;
  double resident = 0;
};

double seconds_of_one(Clock::time_point begin, long n) {
  const std::chrono::duration<double> took = Clock::now() - begin;
  return took.count() / static_cast<double>(n);
}

/// Runs `main` to its end.
double run(const std::function<awaitable<double>()>& main) {
  asio::io_context context(1);  // one thread: it needs no locks
  double result = 0;
  asio::co_spawn(context, main(), [&](const std::exception_ptr&, double value) {
    result = value;
  });
  context.run();
  return result;
}

awaitable<int> at_once() {
  co_return 1;
}

awaitable<double> await() {
  constexpr long k_n = 3'000'000;
  int sum = 0;
  const Clock::time_point begin = Clock::now();
  for (long i = 0; i < k_n; ++i) sum += co_await at_once();
  const double seconds = seconds_of_one(begin, k_n);
  co_return sum == k_n ? seconds : 0;
}

awaitable<double> turn() {
  constexpr long k_n = 1'000'000;
  const auto executor = co_await asio::this_coro::executor;
  const Clock::time_point begin = Clock::now();
  for (long i = 0; i < k_n; ++i) co_await asio::post(executor, use_awaitable);
  co_return seconds_of_one(begin, k_n);
}

awaitable<void> turn_again_and_again(long n) {
  const auto executor = co_await asio::this_coro::executor;
  for (long i = 0; i < n; ++i) co_await asio::post(executor, use_awaitable);
}

double turns() {
  constexpr long k_n = 3'000;
  constexpr long k_tasks = 1'000;
  asio::io_context context(1);
  for (long i = 0; i < k_tasks; ++i) {
    asio::co_spawn(context, turn_again_and_again(k_n), asio::detached);
  }
  const Clock::time_point begin = Clock::now();
  context.run();
  return seconds_of_one(begin, k_n * k_tasks);
}

double call_soon() {
  constexpr long k_n = 30'000;
  constexpr long k_each = 100;
  asio::io_context context(1);
  long calls = 0;
  const Clock::time_point begin = Clock::now();
  for (long i = 0; i < k_n; ++i) {
    for (long j = 0; j < k_each; ++j) asio::post(context, [&] { ++calls; });
    context.run();
    context.restart();
  }
  return calls == k_n * k_each ? seconds_of_one(begin, calls) : 0;
}

awaitable<double> create_task() {
  constexpr long k_n = 500'000;
  const auto executor = co_await asio::this_coro::executor;
  const Clock::time_point begin = Clock::now();
  int sum = 0;
  for (long i = 0; i < k_n; ++i) {
    sum += co_await asio::co_spawn(executor, at_once(), use_awaitable);
  }
  const double seconds = seconds_of_one(begin, k_n);
  co_return sum == k_n ? seconds : 0;
}

/// In bytes (proc(5), statm).
double resident() {
  std::ifstream statm("/proc/self/statm");
  double all = 0;
  double pages = 0;
  statm >> all >> pages;
  return pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

awaitable<void> sleep_an_hour() {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  timer.expires_after(std::chrono::hours(1));
  co_await timer.async_wait(use_awaitable);
}

Measured alive() {
  constexpr long k_n = 200'000;
  asio::io_context context(1);
  const double before = resident();
  const Clock::time_point begin = Clock::now();
  for (long i = 0; i < k_n; ++i) {
    asio::co_spawn(context, sleep_an_hour(), asio::detached);
  }
  context.poll();
  const double seconds = seconds_of_one(begin, k_n);
  return {seconds, (resident() - before) / static_cast<double>(k_n)};
}

const std::map<std::string, std::function<Measured()>> k_measures = {
    {"await", [] { return Measured{run(await)}; }},
    {"turn", [] { return Measured{run(turn)}; }},
    {"turns", [] { return Measured{turns()}; }},
    {"call_soon", [] { return Measured{call_soon()}; }},
    {"create_task", [] { return Measured{run(create_task)}; }},
    {"alive", alive}};

}  // namespace

int main(int argc, char** argv) {
  const auto measure = k_measures.find(argv[argc - 1]);
  if (measure == k_measures.end()) {
    std::fprintf(stderr, "asio: cannot measure %s\n", argv[argc - 1]);
    return 2;
  }
  if (argc > 2) return 0;
  const Measured measured = measure->second();
  if (measured.seconds == 0) return 1;  // it has not done all of it
  std::printf("seconds %.15f\n", measured.seconds);
  if (measured.resident != 0) std::printf("resident %f\n", measured.resident);
}
