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

/// First in, first out. It owns none of them; none is in it twice.
class RunQueue {
 public:
  RunQueue() = default;
  RunQueue(RunQueue&& other) noexcept
      : first_(std::exchange(other.first_, nullptr)), last_(other.last_) {}
  RunQueue& operator=(RunQueue&& other) noexcept {
    first_ = std::exchange(other.first_, nullptr);
    last_ = other.last_;
    return *this;
  }

  [[nodiscard]] bool empty() const noexcept { return !first_; }
  /// Null if it is empty.
  [[nodiscard]] const Runnable* last() const noexcept {
    return first_ ? last_ : nullptr;
  }

  void push(Runnable& runnable) noexcept {
    (first_ ? last_->next_ : first_) = &runnable;
    last_ = &runnable;
  }

  /// All of `others`, in their order.
  void append(RunQueue&& others) noexcept {
    if (others.empty()) return;
    (first_ ? last_->next_ : first_) = std::exchange(others.first_, nullptr);
    last_ = others.last_;
  }

  /// Null if it is empty.
  [[nodiscard]] Runnable* pop() noexcept {
    Runnable* first = first_;
    if (first) first_ = std::exchange(first->next_, nullptr);
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
    for (Runnable* each = first_; each; each = each->next_) each->hold();
  }

  /// Says to each that it will never run.
  void drop_all() noexcept {
    while (Runnable* first = pop()) first->drop();
  }

 private:
  Runnable* first_ = nullptr;
  Runnable* last_ = nullptr;  // if there is a first
};

}  // namespace asyncio
