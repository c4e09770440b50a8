// What may be awaited: a coroutine, a future, a task, which is a future, and
// whatever says what is to be awaited in its place.
#include "06_tasks_futures/asyncio/awaitable.hpp"

#include <cstdio>
#include <string>
#include <type_traits>
#include <utility>

#include "05_coroutines/examples/seconds.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/examples/truth.hpp"

namespace {

using asyncio::Awaitable;
using asyncio::Coroutine;
using asyncio::Future;
using asyncio::Task;
using examples::seconds;
using examples::truth;

static_assert(Awaitable<Coroutine<>> && Awaitable<Future<>>);
static_assert(Awaitable<Task<>> && std::is_base_of_v<Future<>, Task<>>);
static_assert(!Awaitable<std::string>);

template <typename T>
concept CanBecomeTask =
    requires(T object) { asyncio::create_task(std::move(object)); };
static_assert(CanBecomeTask<Coroutine<>>);
static_assert(!CanBecomeTask<Future<>> && !CanBecomeTask<std::string>);

/// Gives a task to whoever awaits it: all who do wait for the same water.
class Kettle {
 public:
  explicit Kettle(int degrees) : water_(asyncio::create_task(boil(degrees))) {}

  auto operator co_await() const { return water_.operator co_await(); }

 private:
  static Coroutine<std::string> boil(int degrees) {
    co_await asyncio::sleep(seconds(1));
    co_return "water at " + std::to_string(degrees) + " degrees";
  }

  Task<std::string> water_;
};
static_assert(Awaitable<Kettle>);

Coroutine<> make_tea() {
  const Kettle kettle(95);
  std::printf("tea from %s\n", (co_await kettle).c_str());
  std::printf("more tea from %s\n", (co_await kettle).c_str());
}

template <typename T>
void tell(const char* name) {
  std::printf("%s: %s\n", name, Awaitable<T> ? "awaitable" : "not awaitable");
}

}  // namespace

int main() {
  tell<Coroutine<>>("Coroutine");
  tell<Future<>>("Future");
  tell<Task<>>("Task");
  tell<Kettle>("Kettle");
  tell<std::string>("str");
  std::printf("a Task is a Future: %s\n",
              truth(std::is_base_of_v<Future<>, Task<>>));
  asyncio::run(make_tea());
}
