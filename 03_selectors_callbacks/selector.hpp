// Chapter 3's new idea: register with a descriptor what to call when it is
// ready. The vocabulary is that of Python's `selectors`; the three ways to ask
// the kernel, select(2), poll(2) and epoll(7), hide behind it.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "03_selectors_callbacks/poller.hpp"

namespace selectors {

/// What a descriptor is registered with, and the selector hands back when it is
/// ready. Called by whoever called `select`, never by the selector itself.
using Callback = std::function<void(Events)>;

// [region key]
/// One registration. It does not change: `modify` makes a new one.
struct SelectorKey {
  int fd;
  Events events;  // what is waited for
  Callback data;  // Python's `data`: here always what to call
};
// [end key]

using KeyPointer = std::shared_ptr<const SelectorKey>;

/// A descriptor that is ready: its registration, and what of it has come.
struct Ready {
  KeyPointer key;
  Events events;
};

/// The descriptor is not registered, or already is.
class KeyError : public std::out_of_range {
 public:
  using std::out_of_range::out_of_range;
};

/// A descriptor or a set of events that cannot be waited for.
class ValueError : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

// [region selector]
/// Waits for many descriptors at once. It never owns one: unregister a
/// descriptor, then close it. One thread.
class Selector : protected Poller {
 public:
  Selector();
  Selector(const Selector&) = delete;
  Selector& operator=(const Selector&) = delete;
  ~Selector() override = default;

  /// Waits for `events` on `fd` from now on. Throws KeyError if it is already
  /// registered, ValueError if the events or the descriptor cannot be,
  /// std::system_error if the kernel refuses.
  KeyPointer register_(int fd, Events events, Callback data);

  /// Changes what is waited for and what to call. Throws KeyError for an
  /// unknown descriptor, std::system_error if the kernel refuses; then all is
  /// as it was.
  KeyPointer modify(int fd, Events events, Callback data);

  /// Forgets `fd`, which may already be closed, and gives its registration.
  /// Throws KeyError.
  KeyPointer unregister(int fd);

  /// Waits until a descriptor is ready, at most for `timeout` (none: as long
  /// as it takes; zero or less: not at all), and gives those that are. Nothing
  /// if the time ran out, or if a signal came. The list is good until the next
  /// call. It does not fail for want of memory.
  [[nodiscard]] std::span<const Ready> select(
      std::optional<std::chrono::nanoseconds> timeout = std::nullopt);

  /// The registration of `fd`. Throws KeyError.
  [[nodiscard]] KeyPointer get_key(int fd) const;

  /// All registrations, by descriptor.
  [[nodiscard]] std::map<int, KeyPointer> get_map() const;

  /// Whether `key` is still how its descriptor is registered: what runs before
  /// it may have changed that.
  [[nodiscard]] bool is_registered(const KeyPointer& key) const noexcept;
  // [end selector]

  /// What lies below, for those who register nothing here, and keep a table of
  /// their own.
  [[nodiscard]] Poller& poller() noexcept { return *this; }

 protected:
  /// As poll(2) and epoll_wait(2) want it: -1 for none, and rounded up, so that
  /// nobody is woken before the time.
  [[nodiscard]] static int in_milliseconds(Timeout timeout) noexcept;

 private:
  void make_room() noexcept;
  [[nodiscard]] const KeyPointer& find(int fd) const noexcept;

  std::vector<KeyPointer> keys_;  // by descriptor
  std::vector<Report> reports_;   // what the kernel said in the last call
  std::vector<Ready> ready_;      // and what select made of it
};

/// select(2): every system has it; descriptors below FD_SETSIZE (1,024) only.
[[nodiscard]] std::unique_ptr<Selector> select_selector();
/// poll(2): any descriptor; each call costs by the number that are registered.
[[nodiscard]] std::unique_ptr<Selector> poll_selector();
/// epoll(7): any descriptor; a call costs by the number that are ready. Throws
/// std::system_error.
[[nodiscard]] std::unique_ptr<Selector> epoll_selector();
/// The best that the system has: epoll.
[[nodiscard]] std::unique_ptr<Selector> default_selector();

/// By name: `select`, `poll`, `epoll`, `default`. Throws ValueError.
[[nodiscard]] std::unique_ptr<Selector> selector_named(const std::string& name);

}  // namespace selectors
