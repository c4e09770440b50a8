// Who waits for which descriptor.
#pragma once

#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "03_selectors_callbacks/selector.hpp"

namespace asyncio {

/// Stands between the loop and chapter 3's selector. A descriptor has at most
/// one who waits for reading and one for writing; it owns neither of them, nor
/// the descriptors. One thread.
class Descriptors {
 public:
  using Event = selectors::Events;  // k_event_read or k_event_write

  class Waiter {
   public:
    /// The descriptor is ready; or it is not, and `error` says why nobody can
    /// wait for it any more.
    virtual void on_ready(const std::exception_ptr& error) noexcept = 0;

   protected:
    ~Waiter() = default;
  };

  explicit Descriptors(std::unique_ptr<selectors::Selector> selector) noexcept
      : selector_(std::move(selector)) {}

  /// Tells `waiter` once, when `fd` is ready for `event`. Throws RuntimeError
  /// if somebody waits for that already, and what the selector throws.
  void wait(int fd, Event event, Waiter& waiter);
  /// Tells `waiter` each time, until it is removed. Replaces one that was set;
  /// throws RuntimeError if somebody waits.
  void set(int fd, Event event, Waiter& waiter);
  /// Does nothing if it is somebody else who waits.
  void remove(int fd, Event event, const Waiter& waiter) noexcept;

  /// From here to `release`, `fd` stays registered between two waits, which
  /// saves two system calls for each. Throws std::bad_alloc.
  void keep(int fd) { interest_in(fd).is_kept = true; }
  /// `fd` is to be closed: whoever waits for it gets a RuntimeError.
  void release(int fd) noexcept;

  /// Whether anything is registered.
  [[nodiscard]] bool empty() const noexcept { return registered_ == 0; }

  /// Waits until a descriptor is ready, at most for `timeout` (none: as long as
  /// it takes), and tells those who wait.
  void poll(std::optional<std::chrono::nanoseconds> timeout);

  [[nodiscard]] selectors::Selector& selector() const noexcept {
    return *selector_;
  }

 private:
  struct Slot {
    Waiter* waiter = nullptr;
    bool is_once = false;
  };
  struct Interest {
    Slot reader;
    Slot writer;
    Event registered = 0;
    bool is_kept = false;

    [[nodiscard]] Slot& slot(Event event) noexcept {
      return event == selectors::k_event_read ? reader : writer;
    }
  };

  [[nodiscard]] Interest& interest_in(int fd);
  void put(int fd, Event event, Waiter& waiter, bool is_once);
  void set_registered(int fd, Event events);
  void on_ready(int fd, Event events) noexcept;
  void give_up(int fd, const std::exception_ptr& error) noexcept;

  std::unique_ptr<selectors::Selector> selector_;
  std::vector<Interest> interests_;  // by descriptor
  std::size_t registered_ = 0;       // how many
};

}  // namespace asyncio
