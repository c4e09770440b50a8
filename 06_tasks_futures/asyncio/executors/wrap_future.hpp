// To await what another thread makes.
#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "06_tasks_futures/asyncio/event_loop.hpp"
#include "06_tasks_futures/asyncio/executors/concurrent_future.hpp"
#include "06_tasks_futures/asyncio/executors/crossing.hpp"

namespace asyncio {

/// Carries the end of a ConcurrentFuture into a loop.
template <typename T>
class WrappedFuture final : public Crossing {
 public:
  /// `takes`: nobody else asks for the result, so it is moved.
  WrappedFuture(ConcurrentFuture<T> source, EventLoop& loop, bool takes)
      : source_(std::move(source)),
        future_(loop.create_future<T>()),
        takes_(takes) {}

  [[nodiscard]] const Future<T>& future() const noexcept { return *future_; }

 private:
  void arrive() override {
    const Future<T>& future = *future_;
    if (future.done()) return;
    if (source_.cancelled()) {
      future.cancel();
      return;
    }
    try {
      set_result(future);
    } catch (...) {  // what it failed with, also if it cannot be copied
      future.set_exception(std::current_exception());
    }
  }
  void set_result(const Future<T>& future) const {
    if constexpr (std::is_void_v<T>) {
      takes_ ? source_.take() : source_.result();
      future.set_result();
    } else if constexpr (std::is_object_v<T> &&
                         std::is_copy_constructible_v<T>) {
      if (takes_) return future.set_result(source_.take());
      future.set_result(source_.result());
    } else {
      future.set_result(source_.take());
    }
  }
  void let_go() noexcept override { future_.reset(); }

  ConcurrentFuture<T> source_;
  std::optional<Future<T>> future_;  // the loop's
  bool takes_;
};

/// See wrap_future.
template <typename T>
Future<T> wrap(ConcurrentFuture<T> source, EventLoop& loop, bool takes) {
  const auto crossing = std::make_shared<WrappedFuture<T>>(source, loop, takes);
  const Future<T> future = crossing->future();
  future.add_done_callback([source](const Future<T>& done) {
    if (done.cancelled()) source.cancel();
  });
  crossing->begin(loop);
  source.add_done_callback(
      [crossing](const ConcurrentFuture<T>&) { crossing->send(); });
  return future;
}

/// A future of `loop`, or of the loop that runs, that ends as `source` does.
/// Cancelled, it cancels `source`, which may be too late: then that runs on,
/// and nobody hears of its end. The result is copied, if it can be. Throws
/// RuntimeError if no loop runs.
template <typename T>
Future<T> wrap_future(const ConcurrentFuture<T>& source,
                      EventLoop* loop = nullptr) {
  return wrap(source, loop ? *loop : get_running_loop(), false);
}

}  // namespace asyncio
