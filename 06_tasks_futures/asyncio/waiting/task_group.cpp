#include "06_tasks_futures/asyncio/waiting/task_group.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>

namespace asyncio {
namespace {

template <typename Exception>
bool is_a(const std::exception_ptr& thrown) {
  if (!thrown) return false;
  try {
    std::rethrow_exception(thrown);
  } catch (const Exception&) {
    return true;
  } catch (...) {
    return false;
  }
}

}  // namespace

/// What the end of the block waits for.
class TaskGroup::AllDone final : public FutureState<void> {
 public:
  AllDone(EventLoop& loop, const Children& children) noexcept
      : FutureState<void>(loop), children_(children) {}

  void visit_futures(const FutureVisitor& visit) override {
    for (const Child& child : children_) {
      child.task.state().visit_futures(visit);
    }
  }

 private:
  const Children& children_;
};

void TaskGroup::enter() {
  if (loop_) {
    throw RuntimeError("TaskGroup " + text() + " has already been entered");
  }
  parent_ = get_running_loop().current();
  if (!parent_) {
    throw RuntimeError("TaskGroup " + text() +
                       " cannot determine the parent task");
  }
  loop_ = &get_running_loop();
}

Coroutine<> TaskGroup::exit(std::exception_ptr thrown) {
  is_exiting_ = true;
  const bool is_cancelled = is_a<CancelledError>(thrown);
  std::exception_ptr cancelled = is_cancelled ? thrown : nullptr;
  if (is_a<KeyboardInterrupt>(thrown) && !interrupt_) interrupt_ = thrown;
  if (thrown && !is_aborting_) cancel_all();
  co_await wait_for_all(cancelled);
  if (interrupt_) std::rethrow_exception(interrupt_);
  // It was we who cancelled the parent, and nobody else: that is over.
  if (is_parent_cancelled_ && parent_->uncancel() == 0) cancelled = nullptr;
  if (cancelled && errors_.empty()) std::rethrow_exception(cancelled);
  if (thrown && !is_cancelled) errors_.push_back(thrown);
  if (errors_.empty()) co_return;
  if (parent_->cancelling() > 0) {
    // By somebody else, too: it is to hear of it at its next wait.
    parent_->uncancel();
    parent_->request_cancel({});
  }
  throw ExceptionGroup("unhandled errors in a TaskGroup", std::move(errors_));
}

Coroutine<> TaskGroup::wait_for_all(std::exception_ptr& cancelled) {
  while (!children_.empty()) {
    all_done_ = Future<>(*new AllDone(*loop_, children_));
    try {
      co_await *all_done_;
    } catch (const CancelledError&) {
      if (!is_aborting_) {
        cancelled = std::current_exception();
        cancel_all();
      }
    }
    all_done_.reset();
  }
}

void TaskGroup::cancel_all() {
  is_aborting_ = true;
  for (const Child& child : children_) child.task.cancel();
}

void TaskGroup::add(const AnyTask& task) {
  const std::size_t known = errors_.size() + children_.size();
  auto child = children_.end();
  try {
    errors_.reserve(std::bit_ceil(known + 2));  // its own, and the block's
    child = children_.emplace(child, task);
    child->callback.emplace(task.state(),
                            [this, child] { on_task_done(child); });
  } catch (...) {
    if (child != children_.end()) children_.erase(child);
    task.cancel();  // before it starts
    throw;
  }
}

void TaskGroup::on_task_done(Children::iterator child) {
  const AnyTask task = child->task;
  children_.erase(child);
  if (children_.empty() && all_done_ && !all_done_->done()) {
    all_done_->set_result();
  }
  if (task.cancelled()) return;
  if (const std::exception_ptr error = task.exception()) add_error(error);
}

void TaskGroup::add_error(const std::exception_ptr& error) {
  errors_.push_back(error);
  if (is_a<KeyboardInterrupt>(error) && !interrupt_) interrupt_ = error;
  if (is_aborting_ || is_parent_cancelled_) return;
  cancel_all();
  is_parent_cancelled_ = true;
  parent_->request_cancel({});
}

const char* TaskGroup::why_closed() const noexcept {
  if (!loop_) return "has not been entered";
  if (is_exiting_ && children_.empty()) return "is finished";
  if (is_aborting_) return "is shutting down";
  return nullptr;
}

// As Python's repr.
std::string TaskGroup::text() const {
  std::string text = "<TaskGroup";
  if (!children_.empty()) {
    text += " tasks=" + std::to_string(children_.size());
  }
  if (!errors_.empty()) text += " errors=" + std::to_string(errors_.size());
  if (is_aborting_) {
    text += " cancelling";
  } else if (loop_) {
    text += " entered";
  }
  return text + ">";
}

}  // namespace asyncio
