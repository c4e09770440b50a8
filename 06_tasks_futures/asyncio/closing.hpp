// What would outlive its loop, and is told when that closes.
#pragma once

#include <utility>

namespace asyncio {

/// Something that belongs to a loop without being owned by it: a stream, a
/// child process, a call in another thread. It lets go of the loop when that
/// closes. The loop's thread.
class ClosedWithLoop {
 public:
  ClosedWithLoop(const ClosedWithLoop&) = delete;
  ClosedWithLoop& operator=(const ClosedWithLoop&) = delete;

  /// The loop closes, and knows this no more. Whoever waits for it has gone.
  virtual void on_loop_close() noexcept = 0;

 protected:
  ClosedWithLoop() = default;
  virtual ~ClosedWithLoop() { leave(); }

  /// Does nothing if it has left already.
  void leave() noexcept {
    if (!link_) return;
    *link_ = next_;
    if (next_) next_->link_ = link_;
    link_ = nullptr;
  }

 private:
  friend class Closing;
  ClosedWithLoop** link_ = nullptr;  // the pointer to this one
  ClosedWithLoop* next_ = nullptr;
};

/// The part of a loop that tells them.
class Closing {
 public:
  Closing(const Closing&) = delete;
  Closing& operator=(const Closing&) = delete;

  /// `member`, which is in no list, is told; unless it leaves before.
  void tell_at_close(ClosedWithLoop& member) noexcept {
    member.link_ = &first_;
    member.next_ = std::exchange(first_, &member);
    if (member.next_) member.next_->link_ = &member.next_;
  }

 protected:
  Closing() = default;
  ~Closing() = default;

  void tell_all() noexcept {
    while (ClosedWithLoop* member = first_) {
      member->leave();
      member->on_loop_close();
    }
  }

 private:
  ClosedWithLoop* first_ = nullptr;
};

}  // namespace asyncio
