// To walk over several in the order in which they end.
#pragma once

#include <cstddef>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/awaitable.hpp"
#include "06_tasks_futures/asyncio/scoped_callback.hpp"
#include "06_tasks_futures/asyncio/sharing/semaphore.hpp"
#include "06_tasks_futures/asyncio/time_limit.hpp"
#include "06_tasks_futures/asyncio/waiting/wait.hpp"

namespace asyncio {

/// Futures by number, in the order of their ends. Dies before their loop.
class CompletionOrder {
 public:
  CompletionOrder() = default;
  CompletionOrder(const CompletionOrder&) = delete;
  CompletionOrder& operator=(const CompletionOrder&) = delete;

  /// The first has the number 0.
  void add(FutureBase& future);
  /// All are added. Who has not ended in time never will, here.
  void start(EventLoop& loop, TimeLimit timeout);

  /// Waits for the next that ends. None if all have been asked for. Throws
  /// TimeoutError if it has not ended in time.
  Coroutine<std::optional<std::size_t>> next();

 private:
  void on_done(std::size_t number);
  void finish(std::optional<std::size_t> number) noexcept;
  void on_timeout();

  std::vector<ScopedCallback> callbacks_;
  std::size_t pending_ = 0;
  std::size_t left_ = 0;  // nobody has asked for them yet
  std::vector<std::optional<std::size_t>> finished_;  // none: not in time
  std::size_t given_ = 0;                             // of these
  Semaphore ungiven_{0};
  ScopedTimer timer_;
};

/// What `as_completed` gives. It owns handles of the futures, and dies before
/// their loop. If it dies early, they run on.
template <typename F>
class [[nodiscard]] AsCompleted {
 public:
  AsCompleted(EventLoop& loop, std::vector<F> futures, TimeLimit timeout)
      : futures_(std::move(futures)) {
    for (const F& future : futures_) order_.add(future.state());
    order_.start(loop, timeout);
  }

  /// Waits for the next that ends, and gives a pointer to it, good as long as
  /// this; null if there is no other. Throws TimeoutError if it has not ended
  /// in time. Several tasks may ask: they are served in that order.
  Coroutine<const F*> next() {
    const std::optional<std::size_t> number = co_await order_.next();
    co_return number ? &futures_[*number] : nullptr;
  }

 private:
  std::vector<F> futures_;
  CompletionOrder order_;
};

/// A future as it is; of whatever else can be awaited, its task.
template <typename A>
auto handle_of(A&& awaitable, EventLoop& loop) {
  if constexpr (FutureHandle<A>) {
    check_same_loop(awaitable, loop);
    return std::remove_cvref_t<A>(std::forward<A>(awaitable));
  } else {
    return ensure_future(std::forward<A>(awaitable), &loop);
  }
}

/// Runs all at once, and gives their futures one by one, whichever ends first:
///
///     auto completed = as_completed(std::move(coroutines));
///     while (const Future<int>* future = co_await completed.next()) ...
///
/// Tasks and futures are given as such. Throws RuntimeError if no loop runs,
/// ValueError if a future is another loop's.
template <std::ranges::input_range Range>
  requires FutureHandle<Element<Range>> || BecomesFuture<Element<Range>>
auto as_completed(Range&& awaitables, TimeLimit timeout = std::nullopt) {
  using A = Element<Range>;
  EventLoop& loop = get_running_loop();
  std::vector<decltype(handle_of(std::declval<A>(), loop))> futures;
  for (auto&& awaitable : awaitables) {
    futures.push_back(handle_of(static_cast<A&&>(awaitable), loop));
  }
  return AsCompleted(loop, without_duplicates(futures), timeout);
}

}  // namespace asyncio
