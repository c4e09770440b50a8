// Generators that stand in for each other form a chain: the outermost is asked,
// the innermost answers. The chain carries values and exceptions in, what was
// yielded out, and each end to whoever waits for it, as PEP 342 and PEP 380
// have it. Nothing here recurses, however deep the chain.
#pragma once

#include <coroutine>
#include <exception>
#include <stdexcept>
#include <utility>

namespace coroutines {

/// What is yielded or sent where there is nothing to say: Python's None.
struct None {};
inline constexpr None none;

/// Thrown into a generator by `close`: finish, and yield no more. No
/// std::exception, so that nobody catches it by mistake.
class GeneratorExit {};

/// A value sent to a generator that has not come to its first co_yield.
class TypeError : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/// A generator asked from within its own body.
class ValueError : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/// `close` was ignored, or what has ended was delegated to or awaited again.
class RuntimeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// [region state]
/// Python's GEN_CREATED, GEN_RUNNING, GEN_SUSPENDED, GEN_CLOSED
/// (inspect.getgeneratorstate).
enum class State { created, running, suspended, closed };
// [end state]

// [region frame]
/// A paused function, as its chain sees it. The outermost frame of a chain
/// knows the innermost, and every other one its caller. (In the others,
/// `innermost` is the frame itself, but for the moment after it has delegated:
/// then `run` takes the word to the outermost.)
template <typename Yield, typename Send>
struct Frame {
  std::coroutine_handle<> handle;
  Frame* caller = nullptr;  // who delegated to it
  Frame* innermost = this;  // who goes on in its place
  union {
    const Yield* yielded = nullptr;  // what co_yield was given; then
    Send* sent;                      // what it is to give; null: Send()
  };
  std::exception_ptr exception;  // on its way in, then out
  State state = State::created;  // of the outermost: the chain's
  bool closing = false;          // it was told to finish
};
// [end frame]

inline constexpr const char* k_running = "generator already executing";
inline constexpr const char* k_ignored = "generator ignored GeneratorExit";
inline constexpr const char* k_ended = "generator has already ended";

/// The RuntimeError, or if there is no memory for it, that one's error.
[[nodiscard]] inline std::exception_ptr ignored() noexcept {
  try {
    throw RuntimeError(k_ignored);
  } catch (...) {
    return std::current_exception();
  }
}

[[nodiscard]] inline bool is_generator_exit(
    const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const GeneratorExit&) {
    return true;
  } catch (...) {
    return false;
  }
}

// [region chain]
/// Owns a chain of paused functions, from the outermost to the innermost, and
/// destroys it from the innermost up, wherever they stand: destructors run, but
/// nothing is thrown in. Move-only; one thread at a time.
template <typename Yield, typename Send>
class Chain {
 public:
  /// None, as if it had ended.
  Chain() = default;
  Chain(Chain&& other) noexcept : root_(std::exchange(other.root_, nullptr)) {}
  Chain& operator=(Chain&& other) noexcept {
    Chain taken(std::move(other));
    swap(taken);  // what stood here dies with it
    return *this;
  }
  ~Chain() { destroy(); }

  /// Runs to the next co_yield and gives what it yielded, which stays good
  /// until it goes on. Null at the end, and ever after. What the function
  /// throws comes out here, and is its end. Throws ValueError if it is running.
  const Yield* next();

  /// The same, and co_yield gives `value` within. Throws TypeError if it has
  /// not come to its first co_yield: `next` takes it there.
  const Yield* send(Send value);

  /// The same, and co_yield throws `exception` within. What is not caught there
  /// comes out here.
  const Yield* throw_in(std::exception_ptr exception);
  template <typename Exception>
  const Yield* throw_in(Exception exception) {
    return throw_in(std::make_exception_ptr(std::move(exception)));
  }

  /// Throws GeneratorExit in and expects the end. Throws RuntimeError if it
  /// yields instead, and whatever else comes out.
  void close();

  [[nodiscard]] State state() const noexcept {
    return root_ ? root_->state : State::closed;
  }

 protected:
  using Link = Frame<Yield, Send>;
  explicit Chain(Link& root) noexcept : root_(&root) {}

  void swap(Chain& other) noexcept { std::swap(root_, other.root_); }
  [[nodiscard]] Link* root() const noexcept { return root_; }
  /// Gives the ownership away.
  Link* release() noexcept { return std::exchange(root_, nullptr); }

 private:
  void check_idle() const;
  static const Yield* run(Link& root, Send* sent, bool closing = false);
  static void return_to_caller(Link& root, Link& ended) noexcept;
  [[nodiscard]] static bool abandon_unclosed(Link& root) noexcept;
  [[nodiscard]] static const Yield* end(Link& root);
  void destroy() noexcept;
  static Link* destroy_up_to(Link& root, const Link* last) noexcept;

  Link* root_ = nullptr;
};
// [end chain]

// [region send]
template <typename Yield, typename Send>
const Yield* Chain<Yield, Send>::next() {
  check_idle();
  return state() == State::closed ? nullptr : run(*root_, nullptr);
}

template <typename Yield, typename Send>
const Yield* Chain<Yield, Send>::send(Send value) {
  check_idle();
  if (state() == State::created) {
    throw TypeError("can't send a value to a just-started generator");
  }
  return state() == State::closed ? nullptr : run(*root_, &value);
}

template <typename Yield, typename Send>
void Chain<Yield, Send>::check_idle() const {
  if (state() != State::running) return;
  throw ValueError(k_running);
}
// [end send]

// [region throw_in]
template <typename Yield, typename Send>
const Yield* Chain<Yield, Send>::throw_in(std::exception_ptr exception) {
  if (!exception) throw ValueError("throw_in: expected an exception");
  check_idle();
  if (state() == State::created) destroy();  // no `try` of its own has begun
  if (state() == State::closed) std::rethrow_exception(exception);
  const bool closing = is_generator_exit(exception);
  Link* frame = root_->innermost;
  if (closing && frame != root_) {  // those within are closed, as by `close`
    frame->exception = std::make_exception_ptr(GeneratorExit());
    root_->exception = std::move(exception);
  } else {
    frame->exception = std::move(exception);
  }
  for (; closing && frame != root_; frame = frame->caller)
    frame->closing = true;
  return run(*root_, nullptr, closing);
}
// [end throw_in]

// [region close]
template <typename Yield, typename Send>
void Chain<Yield, Send>::close() {
  check_idle();
  if (state() == State::created) destroy();  // there is nothing to finish
  if (state() == State::closed) return;
  try {
    if (!throw_in(GeneratorExit())) return;
  } catch (const GeneratorExit&) {
    return;
  }
  std::rethrow_exception(ignored());
}
// [end close]

// [region run]
// [region trampoline]
template <typename Yield, typename Send>
const Yield* Chain<Yield, Send>::run(Link& root, Send* sent, bool closing) {
  root.state = State::running;
  while (true) {
    Link& frame = *root.innermost;
    frame.sent = std::exchange(sent, nullptr);
    frame.handle.resume();
    if (frame.innermost != &frame) {  // it delegates: go on there
      root.innermost = std::exchange(frame.innermost, &frame);
    } else if (!frame.handle.done()) {  // it has yielded
      if (closing && abandon_unclosed(root)) continue;
      root.state = State::suspended;
      return frame.yielded;
    } else if (&frame != &root) {
      return_to_caller(root, frame);
    } else {
      return end(root);
    }
  }
}
// [end trampoline]

// The caller's await takes the value and destroys the frame. An exception goes
// on in the caller, and so does the wish that it close.
template <typename Yield, typename Send>
void Chain<Yield, Send>::return_to_caller(Link& root, Link& ended) noexcept {
  Link& caller = *std::exchange(ended.caller, nullptr);
  root.innermost = &caller;
  if (!ended.closing ||
      (ended.exception && !is_generator_exit(ended.exception))) {
    caller.exception = std::move(ended.exception);
  } else if (!caller.exception) {  // the root keeps what was thrown in
    caller.exception = std::make_exception_ptr(GeneratorExit());
  }
  if (caller.exception) ended.handle.destroy();
}

template <typename Yield, typename Send>
const Yield* Chain<Yield, Send>::end(Link& root) {
  root.state = State::closed;
  if (!root.exception) return nullptr;
  std::rethrow_exception(std::exchange(root.exception, nullptr));
}
// [end run]

// [region abandon]
// A callee that yields although it was told to close is destroyed, with what it
// delegated to, and its caller is told.
template <typename Yield, typename Send>
bool Chain<Yield, Send>::abandon_unclosed(Link& root) noexcept {
  const Link* frame = root.innermost;
  while (frame && !frame->closing) frame = frame->caller;
  if (!frame) return false;
  root.innermost = destroy_up_to(root, frame);
  root.innermost->exception = ignored();
  return true;
}
// [end abandon]

// [region destroy]
template <typename Yield, typename Send>
void Chain<Yield, Send>::destroy() noexcept {
  // Closed before anything dies: what dies may ask.
  if (Link* root = std::exchange(root_, nullptr)) destroy_up_to(*root, root);
}

// From the innermost up to `last`, whose caller it gives.
template <typename Yield, typename Send>
auto Chain<Yield, Send>::destroy_up_to(Link& root, const Link* last) noexcept
    -> Link* {
  Link* frame = root.innermost;
  for (bool is_last = false; !is_last;) {
    Link* caller = frame->caller;
    is_last = frame == last;
    frame->handle.destroy();
    frame = caller;
  }
  return frame;
}
// [end destroy]

}  // namespace coroutines
