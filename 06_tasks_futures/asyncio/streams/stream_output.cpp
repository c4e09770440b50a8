#include "06_tasks_futures/asyncio/streams/stream_output.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "06_tasks_futures/asyncio/streams/send_some.hpp"
#include "common/net/system_call.hpp"

namespace asyncio {

using selectors::k_event_write;

// [region write]
void StreamOutput::write(std::span<const std::byte> bytes) {
  if (has_end_of_file_) {
    throw RuntimeError("Cannot call write() after write_eof()");
  }
  if (error_ || has_ended_) return;
  try {
    if (buffer_.empty()) bytes = bytes.subspan(send_some(fd_, bytes));
    if (!bytes.empty()) keep(bytes);
  } catch (const std::system_error&) {
    fail(std::current_exception());
  }
  check_limits();
}

void StreamOutput::keep(std::span<const std::byte> bytes) {
  const bool is_watched = !buffer_.empty();
  buffer_.push(bytes);
  if (!is_watched) loop_->descriptors().set(fd_, k_event_write, *this);
}

// There is room again.
void StreamOutput::on_ready(const std::exception_ptr& error) noexcept {
  if (error) return fail(error);
  try {
    buffer_.drop(send_some(fd_, std::as_bytes(std::span(buffer_.view()))));
  } catch (...) {
    return fail(std::current_exception());
  }
  check_limits();
  if (buffer_.empty()) finish();
}
// [end write]

void StreamOutput::finish() noexcept {
  loop_->descriptors().remove(fd_, k_event_write, *this);
  if (has_end_of_file_) ::shutdown(fd_, SHUT_WR);
  owner_->on_flushed();
}

void StreamOutput::fail(std::exception_ptr error) noexcept {
  error_ = std::move(error);
  buffer_.clear();
  check_limits();
  finish();
}

void StreamOutput::end_of_file() {
  if (std::exchange(has_end_of_file_, true) || has_ended_) return;
  if (buffer_.empty()) ::shutdown(fd_, SHUT_WR);
}

// [region drain]
Coroutine<> StreamOutput::drain() {
  check_open();
  if (!is_paused_) co_return;
  asyncio::Waiter waiter(drainers_, "StreamWriter");
  co_await waiter;
  if (error_) std::rethrow_exception(error_);
}

void StreamOutput::check_limits() noexcept {
  if (buffer_.size() > high_) is_paused_ = true;
  if (!is_paused_ || buffer_.size() > low_) return;
  is_paused_ = false;
  drainers_.wake_all();
}
// [end drain]

void StreamOutput::check_open() const {
  if (error_) std::rethrow_exception(error_);
  if (!has_ended_) return;
  throw std::system_error(ECONNRESET, std::generic_category(),
                          "Connection lost");
}

void StreamOutput::set_limits(std::size_t high, std::size_t low) {
  if (low > high) {
    throw ValueError("high (" + std::to_string(high) + ") must be >= low (" +
                     std::to_string(low) + ")");
  }
  high_ = high;
  low_ = low;
  check_limits();
}

void StreamOutput::end() noexcept {
  has_ended_ = true;
  buffer_.clear();
  loop_->descriptors().remove(fd_, k_event_write, *this);
  is_paused_ = false;
  drainers_.wake_all();
}

}  // namespace asyncio
