// Chapter 5's new idea: a generator that takes values, and stands in for
// another. To chapter 4's generator it adds what comes in (send, throw_in,
// close), what comes out at the end (the result), and `from`, which is Python's
// `yield from`.
#pragma once

#include <concepts>
#include <coroutine>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "05_coroutines/chain.hpp"

namespace coroutines {

template <typename Yield, typename Send, typename Return>
struct From;
template <typename Yield, typename Send, typename Return>
class Delegation;

// [region generator]
/// The paused call of a function that yields values of type `Yield`, is sent
/// values of type `Send` and returns a `Return`: Python's
/// typing.Generator[Yield, Send, Return]. What it yields remains its own.
template <typename Yield, typename Send = None, typename Return = void>
class [[nodiscard]] Generator : public Chain<Yield, Send> {
 public:
  class promise_type;

  /// What the function has returned, the `value` of Python's StopIteration.
  /// Null until then, and if it ended in another way.
  [[nodiscard]] Return* result() const noexcept
    requires(!std::is_void_v<Return>)
  {
    auto* promise = static_cast<promise_type*>(this->root());
    return promise && promise->returned ? &*promise->returned : nullptr;
  }

 protected:
  template <typename, typename, typename>
  friend class Delegation;
  using Chain<Yield, Send>::Chain;
};
// [end generator]

// [region returned]
/// What a function has returned waits in its frame until somebody takes it.
template <typename Return>
struct Returned {
  template <std::convertible_to<Return> Value = Return>
  void return_value(Value&& value) {
    returned.emplace(std::forward<Value>(value));
  }
  Return take() { return std::move(*returned); }

  std::optional<Return> returned;
};

template <>
struct Returned<void> {
  void return_void() const noexcept {}
  void take() const noexcept {}
};
// [end returned]

// [region promise]
template <typename Yield, typename Send, typename Return>
class Generator<Yield, Send, Return>::promise_type : public Frame<Yield, Send>,
                                                     public Returned<Return> {
 public:
  Generator get_return_object() noexcept {
    this->handle = std::coroutine_handle<promise_type>::from_promise(*this);
    return Generator(*this);
  }
  std::suspend_always initial_suspend() const noexcept { return {}; }
  std::suspend_always final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept {
    this->exception = std::current_exception();
  }

  /// `value_in = co_yield value_out`
  auto yield_value(const Yield& value_out) noexcept {
    this->yielded = std::addressof(value_out);  // lives until we go on
    return Exchange(*this);
  }
  /// `result = co_yield from(callee)`
  template <typename Result>
  auto yield_value(From<Yield, Send, Result> from) noexcept {
    return Delegation(*this, std::move(from.callee));
  }
  void await_transform() = delete;  // a generator yields; it does not await

 protected:
  class Exchange;
};
// [end promise]

// [region exchange]
/// Leaves with what was yielded, and comes back with what was sent or thrown
/// in.
template <typename Yield, typename Send, typename Return>
class Generator<Yield, Send, Return>::promise_type::Exchange {
 public:
  explicit Exchange(Frame<Yield, Send>& frame) noexcept : frame_(frame) {}
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> /*self*/) const noexcept {}
  // [region value_in]
  Send await_resume() const {
    if (frame_.exception) {
      std::rethrow_exception(std::exchange(frame_.exception, nullptr));
    }
    return frame_.sent ? std::move(*frame_.sent) : Send();
  }
  // [end value_in]

 protected:
  Frame<Yield, Send>& frame_;
};
// [end exchange]

// [region from]
/// What `from` gives: a generator that is to go on in the place of who yields
/// this.
template <typename Yield, typename Send, typename Return>
struct From {
  explicit From(Generator<Yield, Send, Return>&& other) noexcept
      : callee(std::move(other)) {}

  Generator<Yield, Send, Return> callee;
};

/// Leaves for `callee`, and comes back when it has ended, with what it returned
/// or threw.
template <typename Yield, typename Send, typename Return>
class Delegation {
  using Callee = Generator<Yield, Send, Return>;

 public:
  Delegation(Frame<Yield, Send>& caller, Callee callee) noexcept
      : caller_(caller), callee_(*callee.release()) {}
  bool await_ready() const noexcept { return false; }
  // [region delegate]
  void await_suspend(std::coroutine_handle<> /*self*/) noexcept {
    callee_.caller = &caller_;  // from here on the chain owns it
    caller_.innermost = std::exchange(callee_.innermost, &callee_);
  }
  // [end delegate]
  Return await_resume() const {
    if (caller_.exception) {
      std::rethrow_exception(std::exchange(caller_.exception, nullptr));
    }
    auto& promise = static_cast<typename Callee::promise_type&>(callee_);
    const Callee ended(promise);  // destroyed once its result has been taken
    return promise.take();
  }

 private:
  Frame<Yield, Send>& caller_;
  Frame<Yield, Send>& callee_;
};

/// `result = co_yield from(callee)`, Python's `result = yield from callee`:
/// what the caller is sent, or has thrown into it, goes to `callee`; what that
/// yields is yielded; and when it has ended, its result is ours. Throws
/// RuntimeError if `callee` has ended, ValueError if it is running; then it
/// stays where it is.
template <typename Yield, typename Send, typename Return>
[[nodiscard]] From<Yield, Send, Return> from(
    Generator<Yield, Send, Return>&& callee) {
  if (callee.state() == State::running) throw ValueError(k_running);
  if (callee.state() == State::closed) throw RuntimeError(k_ended);
  return From<Yield, Send, Return>(std::move(callee));
}
// [end from]

// [region primed]
/// Takes a generator to its first co_yield, so that it can be sent values:
/// what a decorator does in Python.
template <typename Yield, typename Send, typename Return>
[[nodiscard]] Generator<Yield, Send, Return> primed(
    Generator<Yield, Send, Return> generator) {
  generator.next();
  return generator;
}
// [end primed]

static_assert(!std::is_copy_constructible_v<Generator<int>>);
static_assert(std::is_nothrow_move_constructible_v<Generator<int>>);
static_assert(sizeof(Generator<int, int, int>) == sizeof(void*));

}  // namespace coroutines
