// A paused function, and the chain of those that wait for each other. What it
// changes of chapter 5: nothing is yielded to a loop any more; whoever waits
// arranges to be woken, and the chain just stops.
#pragma once

#include <coroutine>
#include <exception>
#include <utility>

#include "05_coroutines/never_awaited.hpp"
#include "06_tasks_futures/asyncio/debugging/debug_mode.hpp"
#include "06_tasks_futures/asyncio/exceptions.hpp"
#include "06_tasks_futures/asyncio/finally.hpp"
#include "06_tasks_futures/asyncio/free_list.hpp"
#include "06_tasks_futures/asyncio/returned.hpp"

namespace asyncio {

class Chain;

// [region frame]
/// A paused function, as its chain sees it.
struct Frame {
  Frame* caller = nullptr;       // who awaits it; null: nobody, it is outermost
  Chain* chain = nullptr;        // in which it runs; null until it has begun
  std::exception_ptr exception;  // what it ended with
  Place place;                   // the function; once it waits, the co_await

  // It is the first part of the promise, whose place in the frame is known.
  [[nodiscard]] std::coroutine_handle<> handle() noexcept {
    return std::coroutine_handle<Frame>::from_promise(*this);
  }
  void waits_at(Place here) noexcept {
    if constexpr (k_has_debug_mode) place = here;
  }
};
// [end frame]

// [region chain]
/// Functions that wait for each other, known by the innermost. It owns their
/// frames, but for those that have ended: these are their callers'.
class Chain {
 public:
  /// With the outermost, or with the caller of one that has ended.
  void go_on_with(Frame* frame) noexcept { innermost_ = frame; }

  /// Goes on, until somebody has to wait, or until the outermost has ended:
  /// then gives that one's frame.
  [[nodiscard]] Frame* resume() noexcept {
    while (Frame* frame = innermost_) {
      Frame* const caller = frame->caller;
      frame->chain = this;
      frame->handle().resume();
      if (innermost_ == caller) {  // it has ended
        if (!caller) return frame;
      } else if (innermost_->chain) {
        break;  // it waits
      }
    }
    return nullptr;
  }

  /// `caller` awaits `callee`, which begins as in a plain call; too deep on the
  /// stack, it is left to `resume`. False if it has ended.
  [[nodiscard]] bool call(Frame& callee, Frame& caller) noexcept {
    callee.caller = &caller;
    callee.chain = nullptr;
    innermost_ = &callee;
    if (t_depth == k_deepest) return true;
    callee.chain = this;
    ++t_depth;
    callee.handle().resume();
    --t_depth;
    return innermost_ != &caller;
  }

  [[nodiscard]] const Frame* innermost() const noexcept { return innermost_; }

  /// Destroys all that still waits, from the innermost up.
  void destroy() noexcept {
    while (Frame* frame = innermost_) {
      innermost_ = frame->caller;
      frame->handle().destroy();
    }
  }

 protected:
  ~Chain() { destroy(); }

 private:
  static constexpr unsigned k_deepest = 16;
  static inline constinit thread_local unsigned t_depth = 0;  // of calls

  Frame* innermost_ = nullptr;
};
// [end chain]

/// The paused call of an asynchronous function. Calling it runs nothing yet: it
/// is to be awaited, once, or made a task; if neither happens, it says so when
/// it dies. Move-only; one thread.
template <typename T = void>
class [[nodiscard]] Coroutine {
 public:
  class promise_type;
  struct Awaiter : std::suspend_always {
    explicit Awaiter(promise_type& awaited) noexcept : callee(awaited) {}
    template <typename Promise>
    bool await_suspend(std::coroutine_handle<Promise> self,
                       Place here = Place::current()) const noexcept {
      Frame& caller = self.promise();
      caller.waits_at(here);
      return caller.chain->call(callee, caller);
    }
    T await_resume() const { return callee.finish(); }
    promise_type& callee;
  };

  Coroutine(Coroutine&& other) noexcept
      : promise_(std::exchange(other.promise_, nullptr)) {}
  Coroutine& operator=(Coroutine&& other) noexcept {
    Coroutine taken(std::move(other));
    std::swap(promise_, taken.promise_);
    return *this;
  }
  ~Coroutine() {
    if (!promise_) return;
    coroutines::warn_never_awaited(promise_->place);
    promise_->handle().destroy();
  }

  /// Runs it in the place of whoever awaits it, and gives what it returns, or
  /// throws what it throws.
  Awaiter operator co_await() && { return Awaiter(release()); }
  void operator co_await() & = delete;  // once only: std::move it

  /// Gives its frame away. Throws RuntimeError if that is gone already.
  [[nodiscard]] promise_type& release() {
    if (promise_) return *std::exchange(promise_, nullptr);
    throw RuntimeError("cannot reuse already awaited coroutine");
  }

 private:
  explicit Coroutine(promise_type& promise) noexcept : promise_(&promise) {}

  promise_type* promise_;
};

template <typename T>
class Coroutine<T>::promise_type : public Frame,
                                   public Returned<T>,
                                   public FromFreeList {
 public:
  Coroutine get_return_object(Place here = Place::current()) noexcept {
    static_assert(alignof(promise_type) <= 2 * alignof(void*),
                  "a frame that is aligned more than its pointers");
    place = here;
    return Coroutine(*this);
  }

  std::suspend_always initial_suspend() const noexcept { return {}; }

  // Meant for whoever awaits it, not for whoever resumes it.
  void unhandled_exception() noexcept { exception = std::current_exception(); }

  struct Final : std::suspend_always {
    void await_suspend(std::coroutine_handle<promise_type> self) noexcept {
      self.promise().chain->go_on_with(self.promise().caller);
    }
  };
  Final final_suspend() const noexcept { return {}; }

  /// What it came to; then its frame is gone.
  T finish() {
    const Finally at_end([this] { handle().destroy(); });
    if (exception) std::rethrow_exception(std::exchange(exception, nullptr));
    return this->take();
  }
};

}  // namespace asyncio
