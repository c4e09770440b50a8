#include "06_tasks_futures/asyncio/future_base.hpp"

#include "06_tasks_futures/asyncio/report.hpp"

namespace asyncio {

bool FutureBase::cancel(const std::string& message) {
  set_retrieved();
  if (done()) return false;
  scheduler_->check_thread();
  finish_cancelled(cancelled_with(message));
  return true;
}

void FutureBase::set_exception(std::exception_ptr exception) {
  if (!exception) throw ValueError("set_exception: expected an exception");
  check_pending();
  finish(std::move(exception));
}

std::exception_ptr FutureBase::exception() {
  if (!done()) throw InvalidStateError("Exception is not set.");
  if (cancelled()) check_result();
  set_retrieved();
  return exception_;
}

std::exception_ptr FutureBase::cancellation() const {
  if (exception_ && !is_given_once_) return exception_;
  return std::make_exception_ptr(CancelledError());
}

void FutureBase::throw_no_result() {
  if (!done()) throw InvalidStateError("Result is not set.");
  set_retrieved();
  if (!exception_) throw CancelledError();
  if (!is_given_once_) std::rethrow_exception(exception_);
  std::rethrow_exception(std::exchange(exception_, nullptr));
}

void FutureBase::add_callback(HandleState& callback) noexcept {
  callback.retain();
  if (done()) callback.hold();
  has_callbacks_ = true;
  add_waiter(callback);
}

void FutureBase::finish(std::exception_ptr exception) noexcept {
  is_unretrieved_ = true;
  end(State::finished, std::move(exception));
}

void FutureBase::finish_cancelled(std::exception_ptr exception,
                                  bool once) noexcept {
  is_given_once_ = once;
  end(State::cancelled, std::move(exception));
}

void FutureBase::die() noexcept {
  drop_waiters();
  if (is_unretrieved_) report_unretrieved(*this, exception_);
  delete this;
}

}  // namespace asyncio
