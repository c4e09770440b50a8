// A send that is over when all of its bytes have been handed to the kernel.
#pragma once

#include <cstddef>
#include <span>

#include "06_tasks_futures/asyncio/proactor/proactor.hpp"
#include "06_tasks_futures/asyncio/proactor/request.hpp"

namespace asyncio {

/// Bytes on their way to a socket. Whoever waits owns it, and the bytes, which
/// the kernel reads until it is over. The proactor and the socket outlive it.
class Sending : public Request {
 public:
  Sending(Proactor& proactor, int fd, std::span<const std::byte> bytes) noexcept
      : proactor_(proactor), fd_(fd), bytes_(bytes) {}

  /// There is something to send. Throws std::system_error.
  void start();

  /// Ends it here and now, and tells nobody. What `sent` says stays so.
  void stop() noexcept { proactor_.finish(*this); }

  /// How many bytes the kernel has taken.
  [[nodiscard]] std::size_t sent() const noexcept { return sent_; }

 protected:
  ~Sending() override { stop(); }

 private:
  /// All of it, if `error` is zero.
  virtual void on_sent(int error) noexcept = 0;

  void on_complete(const uring::Completion& completion) noexcept final;

  Proactor& proactor_;
  int fd_;
  std::span<const std::byte> bytes_;
  std::size_t sent_ = 0;
};

}  // namespace asyncio
