#include "06_tasks_futures/asyncio/streams/stream_input.hpp"

#include <unistd.h>

#include <cerrno>
#include <new>
#include <string>

#include "06_tasks_futures/asyncio/finally.hpp"
#include "common/net/chunk.hpp"
#include "common/net/system_call.hpp"

namespace asyncio {

using selectors::k_event_read;

// [region wait]
Coroutine<> StreamInput::wait_for_data(const char* caller) {
  if (waiter_) {
    throw RuntimeError(std::string(caller) +
                       "() called while another coroutine is already waiting "
                       "for incoming data");
  }
  if (error_) std::rethrow_exception(error_);
  if (is_at_end_) co_return;
  waiter_ = loop_->create_future();
  const Finally at_end([this] {
    waiter_.reset();
    if (!is_at_end_) loop_->descriptors().remove(fd_, k_event_read, *this);
  });
  loop_->descriptors().wait(fd_, k_event_read, *this);
  co_await *waiter_;
  if (!is_at_end_) receive();
}
// [end wait]

void StreamInput::on_ready(const std::exception_ptr& error) noexcept {
  if (error) error_ = error;
  wake();
}

void StreamInput::wake() noexcept {
  if (waiter_ && !waiter_->done()) waiter_->set_result();
}

void StreamInput::end() noexcept {
  loop_->descriptors().remove(fd_, k_event_read, *this);
  is_at_end_ = true;
  wake();
}

// [region receive]
void StreamInput::receive() {
  if (error_) std::rethrow_exception(error_);
  net::Chunk chunk = net::Chunk::borrow();
  const auto space = chunk.space();
  if (space.empty()) throw std::bad_alloc();
  const ssize_t n =
      net::retry([&] { return ::read(fd_, space.data(), space.size()); });
  if (n > 0) buffer_.push(space.first(static_cast<std::size_t>(n)));
  if (n == 0) is_at_end_ = true;
  if (n >= 0 || errno == EAGAIN || errno == EWOULDBLOCK) return;
  error_ = std::make_exception_ptr(net::last_error("read"));
  std::rethrow_exception(error_);
}
// [end receive]

}  // namespace asyncio
