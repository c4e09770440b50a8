// Chapter 4's new idea: a function that can stop in the middle. Calling it
// gives a Generator, which runs the body from one co_yield to the next, each
// time it is asked for a value. The shape is that of C++23's std::generator;
// the word, and `next`, are Python's.
#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <iterator>
#include <memory>
#include <ranges>
#include <type_traits>
#include <utility>

namespace generators {

// [region class]
/// The values of a function that yields them, made one by one as they are asked
/// for. It owns the paused function, and destroys it, with its local variables,
/// wherever it stands. Move-only; one thread at a time; not to be asked from
/// within its own body. Without a reference or const in `T`, whoever asks may
/// change or move from what was yielded: Generator<const std::string> forbids
/// it.
template <typename T>
class [[nodiscard]] Generator {
 public:
  class promise_type;
  class Iterator;
  using Value = std::remove_reference_t<T>;

  Generator(Generator&& other) noexcept
      : handle_(std::exchange(other.handle_, nullptr)) {}
  Generator& operator=(Generator&& other) noexcept {
    Generator taken(std::move(other));
    std::swap(handle_, taken.handle_);  // what stood here dies with it
    return *this;
  }
  ~Generator() {
    // Gone before anything of it dies: what dies may ask.
    if (const Handle dying = std::exchange(handle_, nullptr)) dying.destroy();
  }

  /// Runs to the next co_yield and gives what it yielded, which stays good
  /// until it is asked again. Null at the end, and ever after. What the
  /// function throws comes out here, and is its end.
  Value* next() {
    if (!handle_ || handle_.done()) return nullptr;
    const Handle handle = handle_;  // we may be moved while it runs
    handle.resume();
    if (!handle.done()) return handle.promise().value;
    if (handle.promise().error) {
      std::rethrow_exception(std::exchange(handle.promise().error, nullptr));
    }
    return nullptr;
  }

  /// For range-for and std::views, once; the generator must stay where it is.
  /// Runs to the first co_yield.
  Iterator begin() { return Iterator(*this); }
  std::default_sentinel_t end() const noexcept { return {}; }

 private:
  using Handle = std::coroutine_handle<promise_type>;
  explicit Generator(Handle handle) noexcept : handle_(handle) {}

  Handle handle_;
};
// [end class]

// [region promise]
/// What the compiler asks at each step of the function's life.
template <typename T>
class Generator<T>::promise_type {
 public:
  Generator get_return_object() noexcept {
    return Generator(Handle::from_promise(*this));
  }
  std::suspend_always initial_suspend() const noexcept { return {}; }
  std::suspend_always yield_value(Value& lasting) noexcept {
    value = std::addressof(lasting);
    return {};
  }
  std::suspend_always yield_value(Value&& passing) noexcept
    requires(!std::is_reference_v<T>)
  {
    value = std::addressof(passing);  // lives until the function goes on
    return {};
  }
  void return_void() const noexcept {}
  void unhandled_exception() noexcept { error = std::current_exception(); }
  std::suspend_always final_suspend() const noexcept { return {}; }

  void await_transform() = delete;  // a generator yields; it does not await

  Value* value = nullptr;  // what co_yield was given: it stays where it is
  std::exception_ptr error;
};
// [end promise]

// [region iterator]
/// What range-for walks with.
template <typename T>
class Generator<T>::Iterator {
 public:
  using value_type = std::remove_cv_t<Value>;
  using difference_type = std::ptrdiff_t;

  explicit Iterator(Generator& generator)
      : generator_(&generator), value_(generator.next()) {}

  Value& operator*() const { return *value_; }
  Iterator& operator++() {
    value_ = generator_->next();
    return *this;
  }
  void operator++(int) { ++*this; }
  bool operator==(std::default_sentinel_t /*end*/) const { return !value_; }

 private:
  Generator* generator_;
  Value* value_;
};
// [end iterator]

static_assert(std::ranges::input_range<Generator<int>>);
static_assert(std::ranges::input_range<Generator<const int&>>);
static_assert(!std::is_copy_constructible_v<Generator<int>>);
static_assert(std::is_nothrow_move_constructible_v<Generator<int>>);

}  // namespace generators
