#include "06_tasks_futures/asyncio/sharing/waiters.hpp"

#include <utility>

namespace asyncio {

void Link::link_before(Link& next) noexcept {
  next_ = &next;
  previous_ = std::exchange(next.previous_, this);
  previous_->next_ = this;
}

void Link::unlink() noexcept {
  previous_->next_ = next_;
  next_->previous_ = previous_;
  next_ = previous_ = this;
}

bool Waiters::wake_next() noexcept {
  while (Waiter* waiter = first()) {
    waiter->unlink();
    if (!waiter->is_waiting()) continue;
    waiter->wake();
    return true;
  }
  return false;
}

Waiter* Waiters::first() const noexcept {
  if (ends_.next_ == &ends_) return nullptr;
  return static_cast<Waiter*>(ends_.next_);
}

bool Waiters::all_cancelled() const noexcept {
  for (Link* each = ends_.next_; each != &ends_; each = each->next_) {
    if (!static_cast<Waiter*>(each)->is_cancelled()) return false;
  }
  return true;
}

Waiter::Waiter(Waiters& waiters, const char* name)
    : task_(get_running_loop().current()) {
  const EventLoop* loop = EventLoop::running();
  if (!waiters.loop_) waiters.loop_ = loop;
  if (waiters.loop_ != loop) {
    throw RuntimeError(std::string(name) +
                       " is bound to a different event loop");
  }
  link_before(waiters.ends_);
}

void Waiter::wake() noexcept {
  state_ = State::woken;
  task_->wake();
}

bool Waiter::cancel(const std::string& message) {
  if (state_ != State::waiting) return false;
  task_->rare().set_wait_message(message);  // or throws, and it waits on
  task_->wake();
  state_ = State::cancelled;
  return true;
}

void Waiter::await_resume() {
  unlink();
  if (state_ == State::cancelled) throw task_->rare().wait_cancelled();
  task_->throw_if_cancelled();
}

}  // namespace asyncio
