// What add_reader and add_writer are given.
#pragma once

#include <exception>
#include <functional>
#include <map>
#include <utility>

#include "06_tasks_futures/asyncio/descriptors.hpp"
#include "06_tasks_futures/asyncio/ref.hpp"
#include "06_tasks_futures/asyncio/report.hpp"
#include "06_tasks_futures/asyncio/scheduler.hpp"

namespace asyncio {

/// Is called in the turn in which its descriptor is found ready, each time,
/// until it is cancelled. Whoever queues it holds it.
class DescriptorCallback final : public Runnable,
                                 public Counted<DescriptorCallback>,
                                 public Descriptors::Waiter {
 public:
  DescriptorCallback(Scheduler& scheduler, std::function<void()> callback)
      : scheduler_(scheduler), callback_(std::move(callback)) {}

  void on_ready(const std::exception_ptr& error) noexcept override {
    if (error || std::exchange(is_queued_, true)) return;
    retain();
    scheduler_.schedule(*this);
  }
  void run() override {
    const Ref keep(*this);
    drop();
    if (!is_cancelled_) call_reporting(callback_);
  }
  void drop() noexcept override {
    is_queued_ = false;
    release();  // the queue's
  }

  void cancel() noexcept { is_cancelled_ = true; }

 private:
  friend class Counted<DescriptorCallback>;
  void die() noexcept { delete this; }

  Scheduler& scheduler_;
  std::function<void()> callback_;
  bool is_queued_ = false;
  bool is_cancelled_ = false;
};

/// The callbacks of a loop for one kind of event, by descriptor.
class DescriptorCallbacks {
 public:
  DescriptorCallbacks(Scheduler& scheduler, Descriptors& descriptors,
                      Descriptors::Event event) noexcept
      : scheduler_(scheduler), descriptors_(descriptors), event_(event) {}

  void add(int fd, std::function<void()> callback) {
    const Ref made(*new DescriptorCallback(scheduler_, std::move(callback)));
    const auto [place, is_new] = callbacks_.try_emplace(fd);
    try {
      descriptors_.set(fd, event_, *made);
    } catch (...) {
      if (is_new) callbacks_.erase(place);
      throw;
    }
    if (!is_new) place->second->cancel();
    place->second = made;
  }

  /// Removes all.
  void clear() {
    while (!callbacks_.empty()) remove(callbacks_.begin()->first);
  }
  /// False if there is none.
  bool remove(int fd) {
    const auto place = callbacks_.find(fd);
    if (place == callbacks_.end()) return false;
    descriptors_.remove(fd, event_, *place->second);
    place->second->cancel();
    callbacks_.erase(place);
    return true;
  }

 private:
  Scheduler& scheduler_;
  Descriptors& descriptors_;
  Descriptors::Event event_;
  std::map<int, Ref<DescriptorCallback>> callbacks_;
};

}  // namespace asyncio
