// What may be awaited, and how to make a future of it.
#pragma once

#include <concepts>
#include <coroutine>
#include <ranges>
#include <type_traits>
#include <utility>

#include "06_tasks_futures/asyncio/event_loop.hpp"

namespace asyncio {

/// What co_await waits with: what the awaitable's `operator co_await` gives, or
/// the awaitable itself.
template <typename A>
decltype(auto) awaiter_of(A&& awaitable) {
  if constexpr (requires { std::forward<A>(awaitable).operator co_await(); }) {
    return std::forward<A>(awaitable).operator co_await();
  } else if constexpr (requires {
                         operator co_await(std::forward<A>(awaitable));
                       }) {
    return operator co_await(std::forward<A>(awaitable));
  } else {
    return std::forward<A>(awaitable);
  }
}

/// What the language asks of an awaiter.
template <typename A>
concept Awaiter = requires(
    A& awaiter, std::coroutine_handle<Coroutine<>::promise_type> self) {
  { awaiter.await_ready() } -> std::convertible_to<bool>;
  awaiter.await_suspend(self);
  awaiter.await_resume();
};

/// What a Coroutine may co_await. A coroutine only as an rvalue: it runs once.
template <typename A>
concept Awaitable =
    Awaiter<std::remove_reference_t<decltype(awaiter_of(std::declval<A>()))>>;

/// A handle of a future, typed or not.
template <typename A>
concept FutureHandle = std::derived_from<std::remove_cvref_t<A>, AnyFuture>;

/// T as a value of one's own, unless it is somebody's who lives on.
template <typename T>
struct OwnResult {
  using type = T;
};
template <typename T>
struct OwnResult<T&&> {
  using type = T;
};
template <typename T>
struct OwnResult<const T&> {
  using type = T;
};

template <typename A>
struct ResultOf
    : OwnResult<decltype(awaiter_of(std::declval<A>()).await_resume())> {};
template <typename T>
struct ResultOf<Coroutine<T>> {
  using type = T;
};

/// What an awaitable comes to, as a value of one's own: the awaitable may die
/// before it is used.
template <typename A>
using AwaitResult = typename ResultOf<std::remove_cvref_t<A>>::type;

/// What becomes a future: an awaitable that a task can own.
template <typename A>
concept BecomesFuture = Awaitable<std::remove_cvref_t<A>> &&
                        std::constructible_from<std::remove_cvref_t<A>, A>;

/// A coroutine stays what it is; whatever else can be awaited becomes one,
/// which owns it.
template <typename T>
Coroutine<T> as_coroutine(Coroutine<T> coroutine) {
  return coroutine;
}
template <typename A>
Coroutine<AwaitResult<A>> as_coroutine(A awaitable) {
  co_return co_await std::move(awaitable);
}

/// Throws ValueError if it is not.
inline void check_same_loop(const AnyFuture& future, const EventLoop& loop) {
  if (&future.get_loop() == &loop) return;
  throw ValueError(
      "The future belongs to a different loop than the one specified as the "
      "loop argument");
}

/// A future is itself; whatever else can be awaited becomes a task: of `loop`,
/// or of the loop that runs. Throws RuntimeError if none does, ValueError if
/// the future is another loop's.
template <BecomesFuture A>
Future<AwaitResult<A>> ensure_future(A&& awaitable, EventLoop* loop = nullptr) {
  if constexpr (FutureHandle<A>) {
    if (loop) check_same_loop(awaitable, *loop);
    return std::forward<A>(awaitable);
  } else {
    if (!loop) loop = &get_running_loop();
    return loop->create_task(as_coroutine(std::forward<A>(awaitable)));
  }
}

/// What comes of awaiting what `Block` makes of an `Argument&`.
template <typename Block, typename Argument>
using BlockResult = AwaitResult<std::invoke_result_t<Block&, Argument&>>;

/// What a walk over a range gives; elements of a container that is a temporary
/// are moved out.
template <typename Range>
using Element =
    std::conditional_t<!std::is_lvalue_reference_v<Range> &&
                           !std::ranges::view<std::remove_cvref_t<Range>>,
                       std::ranges::range_value_t<Range>&&,
                       std::ranges::range_reference_t<Range>>;

/// A range of what becomes futures.
template <typename Range>
concept BecomeFutures =
    std::ranges::input_range<Range> && BecomesFuture<Element<Range>>;

static_assert(Awaitable<Coroutine<int>> && !Awaitable<Coroutine<int>&>);
static_assert(Awaitable<Future<int>> && Awaitable<const Future<int>&>);
static_assert(Awaitable<Task<int>> && Awaitable<Task<>&>);
static_assert(!Awaitable<AnyFuture> && !Awaitable<int> && !Awaitable<int*>);
static_assert(std::same_as<AwaitResult<const Future<int>&>, int>);

}  // namespace asyncio
