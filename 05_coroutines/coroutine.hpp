// `co_await` as `yield from`. A Coroutine<T>, what Python's `async def f() ->
// T` gives, is a generator that yields what it waits for and returns a T.
// Awaiting another is delegating to it; awaiting a Wait is yielding it, to
// whoever runs the outermost.
#pragma once

#include <chrono>
#include <coroutine>
#include <source_location>
#include <type_traits>
#include <utility>

#include "05_coroutines/generator.hpp"
#include "05_coroutines/never_awaited.hpp"

namespace coroutines {

// [region wait]
/// What a coroutine waits for, and yields to the loop: a descriptor that is to
/// be readable or writable, or a time to come.
struct Wait {
  enum class For { reading, writing, time };
  using Clock = std::chrono::steady_clock;

  For what = For::time;
  int fd = -1;                // unless it is a time
  Clock::time_point until{};  // if it is
};

[[nodiscard]] inline Wait readable(int fd) {
  return {.what = Wait::For::reading, .fd = fd};
}
[[nodiscard]] inline Wait writable(int fd) {
  return {.what = Wait::For::writing, .fd = fd};
}
[[nodiscard]] inline Wait until(Wait::Clock::time_point time) {
  return {.until = time};
}
// [end wait]

// [region coroutine]
/// The paused call of an asynchronous function. Calling it runs nothing yet: it
/// is to be awaited, once, or given to the loop; if neither happens, it says so
/// when it dies. Move-only; one thread.
template <typename T = void>
class [[nodiscard]] Coroutine : public Generator<Wait, None, T> {
 public:
  class promise_type;

  Coroutine() = default;
  Coroutine(Coroutine&&) noexcept = default;
  Coroutine& operator=(Coroutine&& other) noexcept {
    Coroutine taken(std::move(other));
    this->swap(taken);  // what stood here dies with it, and may warn
    return *this;
  }
  ~Coroutine() {
    if (this->state() == State::created) {
      warn_never_awaited(static_cast<promise_type*>(this->root())->function);
    }
  }

 private:
  using Generator<Wait, None, T>::Generator;
};
// [end coroutine]

// [region awaitable]
/// What is awaited by way of something else, as what has `__await__` in Python:
/// its `operator co_await` gives a Coroutine or a Wait.
template <typename T>
concept HasAwait =
    requires(T&& object) { std::forward<T>(object).operator co_await(); };
// [end awaitable]

// [region promise]
template <typename T>
class Coroutine<T>::promise_type
    : public Generator<Wait, None, T>::promise_type {
  using Base = typename Generator<Wait, None, T>::promise_type;
  using Base::yield_value;  // private: a coroutine awaits, and never co_yields

 public:
  Coroutine get_return_object(
      std::source_location here = std::source_location::current()) noexcept {
    function = here;
    this->handle = std::coroutine_handle<promise_type>::from_promise(*this);
    return Coroutine(*this);
  }

  // [region await_transform]
  auto await_transform(const Wait& wait) noexcept { return yield_value(wait); }

  template <typename Result>
  void await_transform(Coroutine<Result>&) = delete;  // once only: std::move it
  template <typename Result>
  auto await_transform(Coroutine<Result>&& callee) {
    if (callee.state() == State::closed) {
      throw RuntimeError("cannot reuse already awaited coroutine");
    }
    return yield_value(from(std::move(callee)));
  }

  template <HasAwait Object>
  auto await_transform(Object&& object) {
    return await_made(std::forward<Object>(object).operator co_await());
  }
  // [end await_transform]

  std::source_location function;

 private:
  class Kept;

  auto await_made(Wait wait) noexcept { return Kept(*this, wait); }
  template <typename Object>
  auto await_made(Object&& object) {
    return await_transform(std::forward<Object>(object));
  }
};
// [end promise]

// [region kept]
/// Yields a Wait that was made on the way to the co_await, and has to live on
/// in the frame of whoever waits.
template <typename T>
class Coroutine<T>::promise_type::Kept : public Base::Exchange {
 public:
  Kept(Base& frame, const Wait& wait) noexcept
      : Base::Exchange(frame), wait_(wait) {}
  void await_suspend(std::coroutine_handle<> /*self*/) noexcept {
    this->frame_.yielded = &wait_;
  }

 private:
  Wait wait_;
};
// [end kept]

// [region concept]
/// What a Coroutine may `co_await`.
template <typename T>
concept Awaitable = requires(T&& object, Coroutine<>::promise_type& promise) {
  promise.await_transform(std::forward<T>(object));
};
// [end concept]

static_assert(Awaitable<Coroutine<int>>);
static_assert(!Awaitable<Coroutine<int>&>);  // awaited once: std::move it
static_assert(Awaitable<Wait>);
static_assert(!Awaitable<int>);

}  // namespace coroutines
