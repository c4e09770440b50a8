// What comes to a loop from outside: descriptors that are ready, calls from
// other threads, and signals.
#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "06_tasks_futures/asyncio/closing.hpp"
#include "06_tasks_futures/asyncio/descriptor_callback.hpp"
#include "06_tasks_futures/asyncio/descriptors.hpp"
#include "06_tasks_futures/asyncio/inbox.hpp"
#include "06_tasks_futures/asyncio/scheduler.hpp"
#include "06_tasks_futures/asyncio/signals.hpp"
#include "06_tasks_futures/asyncio/socket_io.hpp"

namespace asyncio {

/// The part of a loop that waits for the world, and tells those who belong to
/// the loop out there that it closes.
class Outside : public Closing {
 public:
  Outside(const Outside&) = delete;
  Outside& operator=(const Outside&) = delete;

  /// Calls `callback` whenever `fd` is readable, or writable, until it is
  /// removed. A second one replaces the first. `remove_...` says whether there
  /// was one. Remove it before `fd` is closed. Throws RuntimeError if a task
  /// waits for the same.
  void add_reader(int fd, std::function<void()> callback) {
    scheduler_.check_open();
    readers_.add(fd, std::move(callback));
  }
  void add_writer(int fd, std::function<void()> callback) {
    scheduler_.check_open();
    writers_.add(fd, std::move(callback));
  }
  bool remove_reader(int fd) { return readers_.remove(fd); }
  bool remove_writer(int fd) { return writers_.remove(fd); }

  /// Calls `callback` when the signal comes to the process, until it is
  /// removed (see Signals). Throws ValueError if there is no such signal,
  /// RuntimeError if it cannot be caught or another loop has it.
  void add_signal_handler(int signal, std::function<void()> callback) {
    scheduler_.check_open();
    signals_.add(signal, std::move(callback));
  }
  /// The same, for `run`: if the loop does not get to call it, the signal's
  /// second coming does what it would without a handler.
  void add_insistent_signal_handler(int signal,
                                    std::function<void()> callback) {
    scheduler_.check_open();
    signals_.add_insistent(signal, std::move(callback));
  }
  bool remove_signal_handler(int signal) { return signals_.remove(signal); }

  /// For those who wait in a coroutine.
  [[nodiscard]] Descriptors& descriptors() noexcept { return descriptors_; }
  [[nodiscard]] SocketIo& sockets() noexcept { return *sockets_; }
  /// For other threads: it outlives the loop if they hold it.
  [[nodiscard]] const std::shared_ptr<Inbox>& inbox() const noexcept {
    return inbox_;
  }

 protected:
  /// Whoever comes is scheduled on `scheduler`. Throws std::system_error.
  Outside(Scheduler& scheduler, std::unique_ptr<selectors::Selector> selector);
  ~Outside() = default;

  /// In the place of sockets that wait until something could be done.
  void set_sockets(std::unique_ptr<SocketIo> sockets) noexcept {
    sockets_ = std::move(sockets);
  }

  /// Waits at most for `timeout` (none: as long as it takes).
  void poll(std::optional<std::chrono::nanoseconds> timeout) {
    descriptors_.poll(timeout);
  }
  [[nodiscard]] bool is_watching() const noexcept {
    return descriptors_.watched() > 1;  // besides the inbox's
  }

  /// From any thread. False if the loop has closed.
  [[nodiscard]] bool push(Runnable& runnable) noexcept {
    return inbox_->push(runnable);
  }
  /// Whether other threads, or signals, have come: cheap enough for each turn.
  [[nodiscard]] bool has_come() const noexcept { return inbox_->has_come(); }
  /// Schedules them.
  void take() noexcept;

  /// Nothing comes any more.
  void close() noexcept;

 private:
  /// Waits for other threads, and signals.
  struct WakeUp final : Descriptors::Waiter {
    explicit WakeUp(Inbox& inbox) noexcept : inbox_(inbox) {}
    void on_ready(const std::exception_ptr& /*error*/) noexcept override {
      inbox_.wake_has_come();
    }
    Inbox& inbox_;
  };

  Scheduler& scheduler_;
  Descriptors descriptors_;
  std::unique_ptr<SocketIo> sockets_ =
      std::make_unique<ReadySockets>(descriptors_);
  std::shared_ptr<Inbox> inbox_ = std::make_shared<Inbox>();
  WakeUp wake_up_{*inbox_};
  Signals signals_{scheduler_, *inbox_};
  DescriptorCallbacks readers_{scheduler_, descriptors_,
                               selectors::k_event_read};
  DescriptorCallbacks writers_{scheduler_, descriptors_,
                               selectors::k_event_write};
};

}  // namespace asyncio
