// What the loop runs, and the queue in which it waits for its turn. A runnable
// carries its place in the queue with it: to wait for a turn needs no memory,
// so nothing that wakes anybody can fail.
#pragma once

#include <functional>
#include <string>
#include <utility>

namespace asyncio {

// [region runnable]
/// Something to be run once, later: a step of a task, or a callback. It is in
/// one queue at a time. Its owner is the derived class's affair.
class Runnable {
 public:
  Runnable(const Runnable&) = delete;
  Runnable& operator=(const Runnable&) = delete;

  /// Called by the loop. What it throws ends the loop's run.
  virtual void run() = 0;

  /// Called instead if it will never run: the loop closes.
  virtual void drop() noexcept = 0;

  /// What it waited for has come: from here to `run` it keeps that alive.
  virtual void hold() noexcept {}

  /// What debug mode calls it: a function, since that is asked after the run,
  /// when the runnable may be gone.
  [[nodiscard]] virtual std::function<std::string()> description();

 protected:
  Runnable() = default;
  virtual ~Runnable() = default;

 private:
  friend class RunQueue;
  Runnable* next_ = nullptr;  // in its queue
};
// [end runnable]

/// First in, first out: a circle, known by the last, so that it takes a single
/// word. It owns none of them; none is in it twice.
class RunQueue {
 public:
  RunQueue() = default;
  RunQueue(RunQueue&& other) noexcept
      : last_(std::exchange(other.last_, nullptr)) {}
  RunQueue& operator=(RunQueue&& other) noexcept {
    last_ = std::exchange(other.last_, nullptr);
    return *this;
  }

  [[nodiscard]] bool empty() const noexcept { return !last_; }
  /// Null if it is empty.
  [[nodiscard]] const Runnable* last() const noexcept { return last_; }

  void push(Runnable& runnable) noexcept {
    runnable.next_ = &runnable;
    if (last_) runnable.next_ = std::exchange(last_->next_, &runnable);
    last_ = &runnable;
  }

  /// All of `others`, in their order.
  void append(RunQueue&& others) noexcept {
    if (others.empty()) return;
    if (last_) std::swap(last_->next_, others.last_->next_);
    last_ = std::exchange(others.last_, nullptr);
  }

  /// Null if it is empty.
  [[nodiscard]] Runnable* pop() noexcept {
    if (!last_) return nullptr;
    Runnable* const first = last_->next_;
    if (first == last_) {
      last_ = nullptr;
    } else {
      last_->next_ = first->next_;
    }
    return first;
  }

  /// Takes `runnable` out, if it is in: walks the queue.
  bool remove(const Runnable& runnable) noexcept {
    bool found = false;
    for (RunQueue all = std::move(*this); Runnable* first = all.pop();) {
      if (first == &runnable) {
        found = true;
      } else {
        push(*first);
      }
    }
    return found;
  }

  /// Says to each that what it waited for has come.
  void hold_all() const noexcept {
    if (empty()) return;
    Runnable* each = last_;
    do (each = each->next_)->hold();
    while (each != last_);
  }

  /// Says to each that it will never run.
  void drop_all() noexcept {
    while (Runnable* first = pop()) first->drop();
  }

 private:
  Runnable* last_ = nullptr;
};

}  // namespace asyncio
