#include "06_tasks_futures/asyncio/proactor/outflow.hpp"

namespace asyncio {

void Outflow::begin(std::span<const std::byte> bytes) {
  error_.reset();
  begin_ = bytes.data();
  sending_.emplace(*this, bytes);
  sending_->start();
}

std::optional<Outflow::Sent> Outflow::take() noexcept {
  if (!error_) return std::nullopt;
  const Sent sent{sending_->sent(), *error_};
  waiter_ = nullptr;
  sending_.reset();
  return sent;
}

std::size_t Outflow::stop(const Waiter& waiter) noexcept {
  if (waiter_ != &waiter) return 0;
  waiter_ = nullptr;
  sending_->stop();
  const std::size_t sent = sending_->sent();
  sending_.reset();
  return sent;
}

void Outflow::leave() noexcept {
  if (Waiter* waiter = waiter_) {
    stop(*waiter);
    waiter->on_ready(Descriptors::will_be_closed(fd_));
  }
}

void Outflow::on_sent(int error) noexcept {
  error_ = error;
  tell();
}

}  // namespace asyncio
