// Who waits for which descriptor.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "03_selectors_callbacks/selector.hpp"
#include "06_tasks_futures/asyncio/exceptions.hpp"

namespace asyncio {

/// Stands between the loop and what lies below chapter 3's selector, and keeps
/// a table of its own: what is to be done is known by who waits, so a callback
/// for each descriptor would only cost memory. A descriptor has at most one who
/// waits for reading and one for writing; it owns neither of them, nor the
/// descriptors. One thread.
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

  /// Why nobody can wait for `fd` any more, or not yet.
  static std::exception_ptr will_be_closed(int fd) noexcept;
  static RuntimeError already_waited_for(int fd);

  /// Registers nothing with `selector`, and uses what lies below it.
  explicit Descriptors(std::unique_ptr<selectors::Selector> selector)
      : selector_(std::move(selector)), poller_(selector_->poller()) {
    reports_.reserve(16);  // a few at a time, even when memory is short
  }

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

  /// So many more, or fewer, that something else asks the kernel about. A loop
  /// polls for these too.
  void count_others(int more) noexcept {
    watched_ += static_cast<std::size_t>(more);
  }

  /// How many descriptors the kernel is asked about, with the others.
  [[nodiscard]] std::size_t watched() const noexcept { return watched_; }
  /// What of `fd` it is asked about.
  [[nodiscard]] Event registered(int fd) const noexcept {
    return is_known(fd) ? interests_[index(fd)].registered : 0;
  }

  /// Waits until a descriptor is ready, at most for `timeout` (none: as long as
  /// it takes), and tells those who wait.
  void poll(std::optional<std::chrono::nanoseconds> timeout);

 private:
  /// Who waits for one descriptor, and what the kernel is asked.
  struct Interest {
    Waiter* reader = nullptr;
    Waiter* writer = nullptr;
    std::uint8_t registered = 0;  // Events, as the next
    std::uint8_t once = 0;
    bool is_kept = false;

    [[nodiscard]] Waiter*& waiter(Event event) noexcept {
      return event == selectors::k_event_read ? reader : writer;
    }
    [[nodiscard]] Waiter* take(Event event) noexcept;
  };

  [[nodiscard]] static std::size_t index(int fd) noexcept {
    return static_cast<std::size_t>(fd);
  }
  // A negative one is none.
  [[nodiscard]] bool is_known(int fd) const noexcept {
    return index(fd) < interests_.size();
  }
  [[nodiscard]] Interest& interest_in(int fd) {
    return is_known(fd) ? interests_[index(fd)] : new_interest_in(fd);
  }
  [[nodiscard]] Interest& new_interest_in(int fd);
  void set_registered(int fd, Interest& interest, Event events);
  void make_room() noexcept;
  void on_ready(int fd, Event events) noexcept;
  void give_up(int fd, const std::exception_ptr& error) noexcept;

  std::unique_ptr<selectors::Selector> selector_;
  selectors::Poller& poller_;
  std::vector<Interest> interests_;  // by descriptor
  std::vector<selectors::Report> reports_;
  std::size_t watched_ = 0;
};

}  // namespace asyncio
