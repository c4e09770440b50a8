// Runs coroutines, and waits for what they wait for. What it adds to chapter
// 4's loop: times, descriptors that stay registered between two waits, and
// errors that are thrown into whoever waits.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

#include "03_selectors_callbacks/selector.hpp"
#include "05_coroutines/coroutine.hpp"

namespace coroutines {

// [region loop]
/// Gives each coroutine that it was given a turn whenever what it waits for has
/// come. The selector outlives it; the coroutines it owns die with it. One
/// thread.
class EventLoop {
 public:
  using Clock = Wait::Clock;
  class Watch;

  explicit EventLoop(selectors::Selector& selector) : selector_(selector) {}
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  ~EventLoop();

  /// Takes `coroutine` over; it starts at the next turn. What it throws nobody
  /// waits for: it is told on stderr, and nobody else notices. Throws
  /// std::bad_alloc.
  void add(Coroutine<> coroutine);

  /// Runs `main`, and whatever was added, until `main` has ended, and gives
  /// what it returned or threw. The others stay where they are. Throws
  /// RuntimeError if the loop is running already.
  template <typename T>
  T run_until_complete(Coroutine<T> main);

  /// One turn: waits until somebody is ready, or until the next time that
  /// somebody waits for, and runs those who are.
  void run_once();

  /// The descriptors that are watched, from the lowest on.
  [[nodiscard]] auto watched() const {
    return std::views::iota(0, static_cast<int>(interests_.size())) |
           std::views::filter([this](int fd) {
             return interests_[static_cast<std::size_t>(fd)].is_watched;
           });
  }
  // [end loop]

 private:
  /// A coroutine that is to go on, and why its wait has failed, if it has.
  struct Task {
    Coroutine<> coroutine;
    std::exception_ptr error;
  };

  /// One that waits for a time; among equals, the one that came first.
  struct Sleeper {
    std::pair<Clock::time_point, std::uint64_t> until;
    Coroutine<> coroutine;
  };

  /// A descriptor: who waits for it, and what the selector was told.
  struct Interest {
    Coroutine<> reader;
    Coroutine<> writer;
    selectors::Events registered = 0;
    bool is_watched = false;

    [[nodiscard]] Coroutine<>& waiter(selectors::Events event) {
      return event == selectors::k_event_read ? reader : writer;
    }
    [[nodiscard]] bool is_awaited(selectors::Events event) {
      return waiter(event).state() != State::closed;
    }
  };

  /// What the main coroutine has come to.
  template <typename T>
  struct Outcome {
    Returned<T> result;
    std::exception_ptr error;
    bool has_ended = false;
  };
  template <typename T>
  static Coroutine<> complete(Coroutine<T> main,
                              std::shared_ptr<Outcome<T>> outcome);

  void check_idle() const;
  void step(Task task) noexcept;
  void wake(Coroutine<> coroutine, std::exception_ptr error = nullptr) noexcept;
  void wake_sleepers();
  void wake_all() noexcept;
  void make_room(std::size_t n);

  void wait_for(Coroutine<> coroutine, const Wait& wait) noexcept;
  void register_wait(Coroutine<>& coroutine, int fd, selectors::Events event);
  void on_ready(int fd, selectors::Events events) noexcept;
  void give_up(int fd, const std::exception_ptr& error = nullptr) noexcept;
  void set_registered(Interest& interest, int fd, selectors::Events events);
  [[nodiscard]] Interest& interest_in(int fd);
  [[nodiscard]] std::optional<Clock::duration> time_left() const;

  selectors::Selector& selector_;
  // [region places]
  std::vector<Task> ready_;          // who runs in the next turn, in order
  std::vector<Interest> interests_;  // who waits for a descriptor, by number
  std::vector<Sleeper> sleepers_;    // who waits for a time, as a heap
  // [end places]
  std::vector<Task> turn_;  // who runs in this one
  std::size_t n_coroutines_ = 0;
  std::uint64_t n_sleeps_ = 0;
  bool is_running_ = false;
};

// [region watch]
/// Keeps a descriptor registered from one wait to the next, which saves two
/// system calls for each. It is to die before the descriptor is closed: whoever
/// waits for that gets a RuntimeError. The loop outlives it.
class [[nodiscard]] EventLoop::Watch {
 public:
  /// Throws std::bad_alloc.
  Watch(EventLoop& loop, int fd) : loop_(loop), fd_(fd) {
    loop.interest_in(fd).is_watched = true;
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch();

 private:
  EventLoop& loop_;
  int fd_;
};
// [end watch]

// [region run_until_complete]
template <typename T>
T EventLoop::run_until_complete(Coroutine<T> main) {
  check_idle();
  auto outcome = std::make_shared<Outcome<T>>();
  add(complete(std::move(main), outcome));
  while (!outcome->has_ended) run_once();
  if (outcome->error) std::rethrow_exception(outcome->error);
  return outcome->result.take();
}

template <typename T>
Coroutine<> EventLoop::complete(Coroutine<T> main,
                                std::shared_ptr<Outcome<T>> outcome) {
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(main);
    } else {
      T value = co_await std::move(main);
      outcome->result.return_value(std::move(value));
    }
  } catch (...) {
    outcome->error = std::current_exception();
  }
  outcome->has_ended = true;
}
// [end run_until_complete]

/// Waits at least for `duration`; the others go on.
Coroutine<> sleep(std::chrono::nanoseconds duration);

}  // namespace coroutines
