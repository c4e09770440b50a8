// The loop: it waits for descriptors, times and other threads, and runs whoever
// is ready, in turns.
#pragma once

#include <atomic>
#include <chrono>
#include <concepts>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "06_tasks_futures/asyncio/await_future.hpp"
#include "06_tasks_futures/asyncio/debugging/slow_callbacks.hpp"
#include "06_tasks_futures/asyncio/done_callback.hpp"
#include "06_tasks_futures/asyncio/exception_handling.hpp"
#include "06_tasks_futures/asyncio/executors/default_executor.hpp"
#include "06_tasks_futures/asyncio/outside.hpp"
#include "06_tasks_futures/asyncio/running_loop.hpp"
#include "06_tasks_futures/asyncio/task.hpp"
#include "06_tasks_futures/asyncio/timers.hpp"

namespace asyncio {

/// Runs tasks and callbacks in one thread, the one that calls `run_forever` or
/// `run_until_complete`. Whatever is scheduled runs in a later turn, first in,
/// first out. After `close` all but `close` throws RuntimeError.
class EventLoop : public Scheduler,
                  public Outside,
                  public ExceptionHandling,
                  public DefaultExecutor,
                  public SlowCallbacks {
 public:
  /// On the selector that fits (epoll), in real time if not told otherwise.
  /// Throws std::system_error.
  explicit EventLoop(std::optional<VirtualTime> time = std::nullopt)
      : EventLoop(selectors::default_selector(), time) {}
  explicit EventLoop(std::unique_ptr<selectors::Selector> selector,
                     std::optional<VirtualTime> time = std::nullopt);
  virtual ~EventLoop() { close(); }

  /// Runs until `stop`. Throws RuntimeError if it runs already, or another loop
  /// does in this thread.
  void run_forever();
  /// Runs until it is done, and gives what it came to. Throws what it threw;
  /// RuntimeError if the loop is stopped before, runs already, or is closed;
  /// ValueError if the future is another loop's.
  template <typename T>
  T run_until_complete(Future<T> future);
  template <typename T>
  T run_until_complete(Coroutine<T> main);
  /// Ends the run after the turn that runs; if none does, after the next.
  void stop() noexcept { is_stopping_ = true; }
  [[nodiscard]] bool is_running() const noexcept { return is_running_; }
  /// The same as `run_until_complete`, and leaves its end to the caller.
  void run_until_done(const AnyFuture& future);

  /// Destroys the tasks that have not ended, where they stand, and forgets all
  /// callbacks. Throws RuntimeError while it runs.
  void close();

  /// Calls `callback` in the next turn. What that throws goes to the exception
  /// handler.
  template <std::invocable Callback>
  Handle call_soon(Callback callback, Place here = Place::current());
  /// The same from any thread; wakes the loop.
  template <std::invocable Callback>
  void call_soon_threadsafe(Callback callback, Place here = Place::current());
  /// Calls `callback` once `delay` has passed, or the time has come.
  template <typename Number, typename Period, std::invocable Callback>
  TimerHandle call_later(std::chrono::duration<Number, Period> delay,
                         Callback callback, Place here = Place::current()) {
    return call_at(after(time(), to_clock(delay)), std::move(callback), here);
  }
  template <std::invocable Callback>
  TimerHandle call_at(TimePoint when, Callback callback,
                      Place here = Place::current());
  /// The loop's clock.
  [[nodiscard]] TimePoint time() const noexcept {
    return virtual_now_ ? *virtual_now_ : Clock::now();
  }

  template <typename T = void>
  [[nodiscard]] Future<T> create_future() {
    return Future<T>(*new FutureState<T>(*this));
  }
  /// Runs `coroutine` by itself, from the next turn on.
  template <typename T>
  Task<T> create_task(Coroutine<T>&& coroutine, std::string_view name = {},
                      Place here = Place::current());

  /// For waits that need no callback.
  [[nodiscard]] Timers& timers() noexcept { return timers_; }
  /// The loop that runs in this thread; null if none does.
  [[nodiscard]] static EventLoop* running() noexcept { return t_running_loop; }

 private:
  void check_idle() const;
  void run_once();
  void look_outside();
  void wait();
  void wake_timers();
  void run_ready();
  [[nodiscard]] std::optional<Clock::duration> time_left() const;

  Timers timers_;
  std::optional<TimePoint> virtual_now_;
  std::atomic<bool> is_running_ = false;  // in debug mode any thread looks
  bool is_stopping_ = false;
};

template <std::invocable Callback>
Handle EventLoop::call_soon(Callback callback, Place here) {
  check_open();
  if (has_come()) take();  // what was called before
  Handle handle(*new CallbackHandle<Callback>(std::move(callback), here));
  handle.state().retain();  // the queue's
  ready_.push(handle.state());
  return handle;
}

template <std::invocable Callback>
void EventLoop::call_soon_threadsafe(Callback callback, Place here) {
  HandleState& state = *new CallbackHandle<Callback>(std::move(callback), here);
  state.retain();
  if (running() == this) {
    if (has_come()) take();
    ready_.push(state);
  } else if (!push(state)) {
    state.drop();
    throw RuntimeError("Event loop is closed");
  }
}

template <std::invocable Callback>
TimerHandle EventLoop::call_at(TimePoint when, Callback callback, Place here) {
  check_open();
  auto* state = new CallbackHandle<Callback>(std::move(callback), here);
  const TimerHandle handle(timers_, *state, when);
  timers_.add(*state, when);
  state->retain();
  return handle;
}

template <typename T>
Task<T> EventLoop::create_task(Coroutine<T>&& coroutine, std::string_view name,
                               Place here) {
  check_open();
  if (has_come()) take();
  return Task<T>(*new TaskState<T>(*this, std::move(coroutine), name, here));
}

template <typename T>
T EventLoop::run_until_complete(Future<T> future) {
  run_until_done(future);
  return future.state().take();
}

template <typename T>
T EventLoop::run_until_complete(Coroutine<T> main) {
  check_idle();
  return run_until_complete<T>(create_task(std::move(main)));
}

inline EventLoop& AnyFuture::get_loop() const noexcept {
  return static_cast<EventLoop&>(state_->scheduler());
}

/// The loop that runs in this thread. Throws RuntimeError if none does.
[[nodiscard]] inline EventLoop& get_running_loop() {
  if (EventLoop* loop = EventLoop::running()) return *loop;
  throw RuntimeError("no running event loop");
}

/// Runs `coroutine` by itself, in the loop that runs, from its next turn on.
template <typename T>
Task<T> create_task(Coroutine<T>&& coroutine, std::string_view name = {},
                    Place here = Place::current()) {
  return get_running_loop().create_task(std::move(coroutine), name, here);
}

}  // namespace asyncio
