// Runs coroutines, and waits for what they wait for. What it adds to chapter
// 4's loop: times, descriptors that stay registered between two waits, and
// errors that are thrown into whoever waits.
#pragma once

#include <chrono>
#include <exception>
#include <list>
#include <map>
#include <memory>
#include <optional>
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
  // [end loop]

 private:
  struct Task;
  using Sleepers = std::multimap<Clock::time_point, Task*>;

  struct Task {
    Coroutine<> coroutine;
    std::exception_ptr error;         // why its wait has failed
    std::list<Task>::iterator place;  // in ready_ or waiting_
    Sleepers::node_type alarm;        // its place in sleepers_, made beforehand
  };

  /// A descriptor: who waits for it, and what the selector was told.
  struct Interest {
    Task* reader = nullptr;
    Task* writer = nullptr;
    selectors::Events registered = 0;
    bool is_watched = false;

    [[nodiscard]] Task*& waiter(selectors::Events event) {
      return event == selectors::k_event_read ? reader : writer;
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
  void step(Task& task) noexcept;
  void wake(Task& task, std::exception_ptr error = nullptr) noexcept;
  void wake_sleepers();

  void wait_for(Task& task, const Wait& wait) noexcept;
  void register_wait(Task& task, int fd, selectors::Events event);
  void on_ready(int fd, selectors::Events events) noexcept;
  void give_up(int fd, const std::exception_ptr& error = nullptr) noexcept;
  void set_registered(int fd, selectors::Events events);
  [[nodiscard]] Interest& interest_in(int fd);
  [[nodiscard]] std::optional<Clock::duration> time_left() const;

  selectors::Selector& selector_;
  std::list<Task> ready_;            // who runs in the next turn, in order
  std::list<Task> waiting_;          // the others
  std::vector<Interest> interests_;  // by descriptor
  Sleepers sleepers_;
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
