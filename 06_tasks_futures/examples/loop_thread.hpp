// A loop in a thread of its own, for those who block theirs.
#pragma once

#include <exception>
#include <future>
#include <thread>
#include <utility>

#include "06_tasks_futures/asyncio/event_loop.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sharing/event.hpp"

namespace examples {

/// Runs its loop until it dies.
template <typename T>
class LoopThread {
 public:
  /// Begins to serve, and gives what others need to know for that.
  using Start = asyncio::Coroutine<T> (*)();

  /// Waits until `start` has come to its end, there. Throws what it throws.
  explicit LoopThread(Start start)
      : thread_([this, start] { asyncio::run(serve(*this, start)); }) {
    try {
      started_ = starting_.get_future().get();
    } catch (...) {
      thread_.join();
      throw;
    }
  }
  LoopThread(const LoopThread&) = delete;
  LoopThread& operator=(const LoopThread&) = delete;
  ~LoopThread() {
    loop_->call_soon_threadsafe([this] { stopping_.set(); });
    thread_.join();
  }

  /// What `start` gave.
  [[nodiscard]] const T& started() const noexcept { return started_; }

 private:
  static asyncio::Coroutine<> serve(LoopThread& self, Start start) {
    self.loop_ = &asyncio::get_running_loop();
    try {
      T started = co_await start();
      self.starting_.set_value(std::move(started));
    } catch (...) {
      self.starting_.set_exception(std::current_exception());
      co_return;
    }
    co_await self.stopping_.wait();
  }

  T started_{};
  std::promise<T> starting_;
  asyncio::EventLoop* loop_ = nullptr;
  asyncio::Event stopping_;  // the loop's
  std::thread thread_;       // the last: it uses the others
};

}  // namespace examples
