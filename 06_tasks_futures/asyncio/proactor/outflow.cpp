#include "06_tasks_futures/asyncio/proactor/outflow.hpp"

#include <utility>

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

void Outflow::on_sent(int error) noexcept {
  error_ = error;
  tell();
}

void Outflow::tell() noexcept {
  if (waiter_) std::exchange(waiter_, nullptr)->on_ready(nullptr);
}

}  // namespace asyncio
