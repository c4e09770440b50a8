// A generator that may wait: chapter 4's co_yield and co_await in one function.
#pragma once

#include <coroutine>
#include <exception>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "06_tasks_futures/asyncio/coroutine.hpp"
#include "06_tasks_futures/asyncio/exceptions.hpp"
#include "06_tasks_futures/asyncio/free_list.hpp"

namespace asyncio {

/// The values of a function that yields them, and may wait before each. It owns
/// the paused function; destroyed half-way, it destroys that with its local
/// variables, and nothing is awaited any more: for that there is `aclose`.
/// Where `async for` stands in Python, here stands
///
///     while (T* value = co_await generator.next())
///
/// Move-only; one task at a time may ask it. Without a reference or const in
/// `T`, whoever asks may change or move from what was yielded.
template <typename T>
class [[nodiscard]] AsyncGenerator {
 public:
  class promise_type;
  class Next;
  class Close;
  using Value = std::remove_reference_t<T>;

  AsyncGenerator(AsyncGenerator&& other) noexcept {
    own(std::exchange(other.promise_, nullptr));
  }
  AsyncGenerator& operator=(AsyncGenerator&& other) noexcept {
    AsyncGenerator taken(std::move(other));
    promise_type* dying = promise_;  // what stood here dies with `taken`
    own(taken.promise_);
    taken.own(dying);
    return *this;
  }
  ~AsyncGenerator() {
    if (promise_) promise_->disown();
  }

  /// Runs to the next co_yield, and gives a pointer to what it yielded, which
  /// stays good until it is asked again. Null at the end, and ever after. What
  /// the function throws comes out here, and is its end. Throws RuntimeError if
  /// it runs already.
  [[nodiscard]] Next next() noexcept { return Next(*this); }

  /// Ends it: throws GeneratorExit where it has yielded, and waits until it has
  /// ended. What it throws comes out here. Throws RuntimeError if it yields
  /// again, or runs already.
  [[nodiscard]] Close aclose() noexcept { return Close(*this); }

 private:
  explicit AsyncGenerator(promise_type& promise) noexcept { own(&promise); }

  void own(promise_type* promise) noexcept {
    promise_ = promise;
    if (promise) promise->owner = this;
  }
  /// Null if it has ended.
  [[nodiscard]] promise_type* idle_promise(const char* asked) const {
    if (promise_ && promise_->state == promise_type::State::running) {
      throw RuntimeError(std::string(asked) +
                         ": asynchronous generator is already running");
    }
    return promise_;
  }

  promise_type* promise_;
};

/// While it runs, its frame is the chain's, as all that wait for each other
/// there; in between, it is its generator's. If that dies while it runs, nobody
/// is left to own it: it dies at its next co_yield, or with the chain.
template <typename T>
class AsyncGenerator<T>::promise_type : public Frame, public FromFreeList {
 public:
  enum class State : unsigned char { created, running, yielded, ended };
  class Yield;

  promise_type() = default;
  promise_type(const promise_type&) = delete;
  promise_type& operator=(const promise_type&) = delete;
  ~promise_type() {
    if (owner) owner->promise_ = nullptr;
  }

  AsyncGenerator get_return_object(Place here = Place::current()) noexcept {
    static_assert(alignof(promise_type) <= 2 * alignof(void*),
                  "a frame that is aligned more than its pointers");
    place = here;
    return AsyncGenerator(*this);
  }
  std::suspend_always initial_suspend() const noexcept { return {}; }

  Yield yield_value(Value& lasting) noexcept {
    return Yield(*this, std::addressof(lasting));
  }
  Yield yield_value(Value&& passing) noexcept
    requires(!std::is_reference_v<T>)
  {
    return Yield(*this, std::addressof(passing));  // lives until we go on
  }

  void return_void() const noexcept {}
  void unhandled_exception() noexcept { exception = std::current_exception(); }

  struct Final : std::suspend_always {
    void await_suspend(std::coroutine_handle<promise_type> self) noexcept {
      self.promise().stop(State::ended);
    }
  };
  Final final_suspend() const noexcept { return {}; }

  /// Goes on, for the caller, which asks for it. False if it has an answer.
  [[nodiscard]] bool run(Frame& caller_frame, Place here) noexcept {
    state = State::running;
    caller_frame.waits_at(here);
    return caller_frame.chain->call(*this, caller_frame);
  }
  /// The caller goes on.
  void stop(State at) noexcept {
    state = at;
    chain->go_on_with(caller);
  }
  /// Its frame is gone; throws what it ended with.
  void finish() {
    const std::exception_ptr thrown = std::move(exception);
    handle().destroy();
    if (thrown) std::rethrow_exception(thrown);
  }
  /// Its generator is dying.
  void disown() noexcept {
    std::exchange(owner, nullptr)->promise_ = nullptr;
    if (state != State::running) handle().destroy();
  }

  AsyncGenerator* owner = nullptr;
  Value* value = nullptr;  // what it has yielded: that stays where it is
  State state = State::created;
};

template <typename T>
class AsyncGenerator<T>::promise_type::Yield {
 public:
  Yield(promise_type& promise, Value* value) noexcept : promise_(promise) {
    promise.value = value;
  }

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> /*self*/) const noexcept {
    promise_.stop(State::yielded);
  }
  void await_resume() const {
    if (!promise_.exception) return;
    std::rethrow_exception(std::exchange(promise_.exception, nullptr));
  }

 private:
  promise_type& promise_;
};

/// What `next` gives: await it at once.
template <typename T>
class [[nodiscard]] AsyncGenerator<T>::Next {
 public:
  explicit Next(AsyncGenerator& generator) noexcept : generator_(&generator) {}

  bool await_ready() {
    promise_ = generator_->idle_promise("anext()");
    return !promise_;
  }
  template <typename Promise>
  bool await_suspend(std::coroutine_handle<Promise> self,
                     Place here = Place::current()) const noexcept {
    return promise_->run(self.promise(), here);
  }
  Value* await_resume() const {
    if (!promise_) return nullptr;
    const bool has_yielded = promise_->state == promise_type::State::yielded;
    if (has_yielded && promise_->owner) return promise_->value;
    promise_->finish();
    return nullptr;
  }

 private:
  AsyncGenerator* generator_;
  promise_type* promise_ = nullptr;
};

/// What `aclose` gives: await it at once.
template <typename T>
class [[nodiscard]] AsyncGenerator<T>::Close {
 public:
  explicit Close(AsyncGenerator& generator) noexcept : generator_(&generator) {}

  bool await_ready() {
    promise_ = generator_->idle_promise("aclose()");
    if (!promise_ || promise_->state != promise_type::State::created) {
      return !promise_;
    }
    std::exchange(promise_, nullptr)->disown();
    return true;
  }
  template <typename Promise>
  bool await_suspend(std::coroutine_handle<Promise> self,
                     Place here = Place::current()) const {
    promise_->exception = std::make_exception_ptr(GeneratorExit());
    return promise_->run(self.promise(), here);
  }
  void await_resume() const {
    if (!promise_) return;
    const bool has_yielded = promise_->state == promise_type::State::yielded;
    try {
      promise_->finish();
    } catch (const GeneratorExit&) {
      return;
    }
    if (has_yielded) {
      throw RuntimeError("async generator ignored GeneratorExit");
    }
  }

 private:
  AsyncGenerator* generator_;
  promise_type* promise_ = nullptr;
};

static_assert(!std::is_copy_constructible_v<AsyncGenerator<int>>);
static_assert(std::is_nothrow_move_constructible_v<AsyncGenerator<int>>);

}  // namespace asyncio
