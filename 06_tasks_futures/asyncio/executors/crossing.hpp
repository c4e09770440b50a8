// The way from other threads back to a loop that may be gone by then.
#pragma once

#include <memory>
#include <utility>

#include "06_tasks_futures/asyncio/closing.hpp"
#include "06_tasks_futures/asyncio/event_loop.hpp"
#include "06_tasks_futures/asyncio/report.hpp"

namespace asyncio {

/// Something that another thread has run in the loop, once. Threads hold it by
/// std::shared_ptr; what it refers to in the loop is touched in the loop's
/// thread alone, and let go there.
class Crossing : public Runnable,
                 public ClosedWithLoop,
                 public std::enable_shared_from_this<Crossing> {
 public:
  // [region crossing]
  /// From here on the loop holds it, until it has run or the loop closes.
  void begin(EventLoop& loop) {
    inbox_ = loop.inbox();
    self_ = shared_from_this();
    loop.tell_at_close(*this);
  }

  /// Runs it in the loop's next turn; if that has closed, never. Any thread;
  /// once.
  void send() noexcept { static_cast<void>(inbox_->push(*this)); }

  void run() final {
    const auto keep = end();
    call_reporting([this] { arrive(); });
    let_go();
  }
  // [end crossing]
  void drop() noexcept final {
    const auto keep = end();
    let_go();
  }
  void on_loop_close() noexcept final { drop(); }

 protected:
  ~Crossing() override = default;

 private:
  /// What is to be done in the loop.
  virtual void arrive() = 0;
  /// Drops what belongs to the loop.
  virtual void let_go() noexcept = 0;

  // The loop holds it no more.
  [[nodiscard]] std::shared_ptr<Crossing> end() noexcept {
    leave();
    return std::move(self_);
  }

  std::shared_ptr<Inbox> inbox_;
  std::shared_ptr<Crossing> self_;
};

}  // namespace asyncio
