#include "06_tasks_futures/asyncio/waiting/gather.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace asyncio {

/// What a child calls at its end.
class Gathering::Callback final : public HandleState {
 public:
  Callback(Gathering& gathering, std::size_t place, FutureBase& child) noexcept
      : gathering_(gathering), outer_(gathering.outer_), place_(place) {
    this->child().future = &child;
  }

  void hold() noexcept override { done_ = Ref(*child().future); }

 private:
  void call() override {
    const Ref<FutureBase> outer = std::move(outer_);
    child().done = std::move(done_);
    gathering_.on_done(place_);
  }
  void clear() noexcept override {
    if (outer_) child().future = nullptr;
    done_ = {};
    outer_ = {};
  }

  Child& child() const noexcept { return gathering_.children_[place_]; }

  Gathering& gathering_;
  Ref<FutureBase> outer_;  // keeps gathering_ alive
  std::size_t place_;
  Ref<FutureBase> done_;  // from its end to the call
};

void Gathering::add(FutureBase& child) {
  children_.push_back({});
  if (child.done()) {
    children_.back().done = Ref(child);
  } else {
    attach(children_.size() - 1, child);
  }
}

void Gathering::attach(std::size_t place, FutureBase& child) {
  child.add_callback(*new Callback(*this, place, child));
}

void Gathering::all_added() {
  if (children_.empty()) return collect();
  for (std::size_t place = 0; place < children_.size(); ++place) {
    if (children_[place].done) on_done(place);
  }
}

void Gathering::on_done(std::size_t place) {
  FutureBase& child = *children_[place].done;
  ++done_;
  if (outer_.done()) return child.set_retrieved();
  if (!returns_exceptions_) {
    if (std::exception_ptr failure = failure_of(child)) {
      return outer_.set_exception(std::move(failure));
    }
  }
  if (done_ < children_.size()) return;
  if (is_cancel_requested_) return finish_cancelled();
  try {
    collect();
  } catch (...) {
    outer_.set_exception(std::current_exception());
  }
}

void Gathering::visit_children(const FutureVisitor& visit) {
  for (const Child& child : children_) {
    if (child.future && !child.done) child.future->visit_futures(visit);
  }
}

bool Gathering::cancel_children(const std::string& message) {
  if (outer_.done()) return false;
  bool is_any = false;
  for (std::size_t place = 0; place < children_.size(); ++place) {
    if (cancel_child(place, message)) is_any = true;
  }
  if (is_any) is_cancel_requested_ = true;
  return is_any;
}

bool Gathering::cancel_child(std::size_t place, const std::string& message) {
  const Child& child = children_[place];
  if (child.done) return child.done->cancel(message);  // it has been heard of
  if (child.future) return child.future->cancel(message);
  // Another takes its place, only to be cancelled.
  const Ref<FutureBase> other(*new FutureState<void>(outer_.scheduler()));
  attach(place, *other);
  return other->cancel(message);
}

// The child's own CancelledError; if it caught that and went on, another with
// its message.
std::exception_ptr Gathering::cancellation_of(FutureBase& child) {
  if (child.cancelled()) return failure_of(child);
  return std::make_exception_ptr(child.is_task() ? child.as_task()->cancelled()
                                                 : CancelledError());
}

// It counts as cancelled, whatever the children made of that; the message is
// the last one's.
void Gathering::finish_cancelled() {
  for (const Child& child : children_) child.done->set_retrieved();
  outer_.set_exception(cancellation_of(*children_.back().done));
}

}  // namespace asyncio
