#include "06_tasks_futures/asyncio/waiting/as_completed.hpp"

namespace asyncio {

void CompletionOrder::add(FutureBase& future) {
  callbacks_.emplace_back(future,
                          [this, number = pending_] { on_done(number); });
  left_ = ++pending_;
}

void CompletionOrder::start(EventLoop& loop, TimeLimit timeout) {
  finished_.reserve(pending_);
  const std::optional<TimePoint> deadline = timeout.deadline(loop.time());
  if (!deadline || pending_ == 0) return;
  timer_.set(loop.call_at(*deadline, [this] { on_timeout(); }));
}

void CompletionOrder::on_done(std::size_t number) {
  finish(number);
  if (--pending_ == 0) timer_.cancel();
}

void CompletionOrder::on_timeout() {
  callbacks_.clear();
  for (; pending_ > 0; --pending_) finish(std::nullopt);
}

void CompletionOrder::finish(std::optional<std::size_t> number) noexcept {
  finished_.push_back(number);
  ungiven_.release();
}

Coroutine<std::optional<std::size_t>> CompletionOrder::next() {
  if (left_ == 0) co_return std::nullopt;
  --left_;
  co_await ungiven_.acquire();
  const std::optional<std::size_t> number = finished_[given_++];
  if (!number) throw TimeoutError();
  co_return number;
}

}  // namespace asyncio
