// What goes out on a connection.
#pragma once

#include <cstddef>
#include <exception>
#include <optional>
#include <span>

#include "06_tasks_futures/asyncio/descriptors.hpp"
#include "06_tasks_futures/asyncio/proactor/sending.hpp"

namespace asyncio {

/// One send after the other on a socket, which outlives it, as the proactor
/// does. Whoever begins one keeps its bytes until it is taken, or stopped.
class Outflow {
 public:
  using Waiter = Descriptors::Waiter;

  /// What a send came to.
  struct Sent {
    std::size_t n = 0;
    int error = 0;
  };

  Outflow(Proactor& proactor, int fd) noexcept : proactor_(proactor), fd_(fd) {}

  /// Whether none has begun that nobody has taken yet.
  [[nodiscard]] bool is_idle() const noexcept { return !sending_; }
  /// Whether it is these bytes that are on their way.
  [[nodiscard]] bool sends(std::span<const std::byte> bytes) const noexcept {
    return sending_ && begin_ == bytes.data();
  }
  /// There is something to send, and it is idle. Throws std::system_error.
  void begin(std::span<const std::byte> bytes);
  /// What it came to; no value if one has to wait for it.
  [[nodiscard]] std::optional<Sent> take() noexcept;

  /// Tells `waiter` once, when it is over. One has begun. From here on until
  /// it is taken or stopped, it is `waiter`'s, told or not.
  void wait(Waiter& waiter) noexcept {
    waiter_ = &waiter;
    if (error_) tell();
  }
  /// Ends it here and now, unless it is somebody else's. Gives how many bytes
  /// have gone out.
  std::size_t stop(const Waiter& waiter) noexcept;
  [[nodiscard]] bool is_waited_for() const noexcept { return waiter_; }

  /// The socket is to be closed: ends it here and now, and tells whose it is.
  void leave() noexcept;

 private:
  class Part final : public Sending {
   public:
    Part(Outflow& owner, std::span<const std::byte> bytes) noexcept
        : Sending(owner.proactor_, owner.fd_, bytes), owner_(owner) {}

   private:
    void on_sent(int error) noexcept override { owner_.on_sent(error); }

    Outflow& owner_;
  };

  void on_sent(int error) noexcept;
  void tell() noexcept {
    if (waiter_) waiter_->on_ready(nullptr);
  }

  Proactor& proactor_;
  int fd_;
  Waiter* waiter_ = nullptr;
  const std::byte* begin_ = nullptr;
  std::optional<int> error_;  // once it is over: zero if all is sent
  std::optional<Part> sending_;
};

}  // namespace asyncio
