// Items on their way from task to task.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <functional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/coroutine.hpp"
#include "06_tasks_futures/asyncio/destroyed_once.hpp"
#include "06_tasks_futures/asyncio/exceptions.hpp"
#include "06_tasks_futures/asyncio/ring.hpp"
#include "06_tasks_futures/asyncio/sharing/event.hpp"
#include "06_tasks_futures/asyncio/sharing/waiters.hpp"

namespace asyncio {

/// There is nothing to get, and it is not to be waited for.
class QueueEmpty : public std::runtime_error {
 public:
  QueueEmpty() : std::runtime_error("") {}
};

/// There is no room to put anything, and it is not to be waited for.
class QueueFull : public std::runtime_error {
 public:
  QueueFull() : std::runtime_error("") {}
};

/// Nothing more goes into the queue; or nothing more comes out.
class QueueShutDown : public std::runtime_error {
 public:
  QueueShutDown() : std::runtime_error("") {}
};

/// First in, first out. It stays where it is. One thread. Whoever derives from
/// it may give out the items in another order.
template <typename T>
class Queue {
 public:
  /// Has room for `maxsize` items; zero: for any number.
  explicit Queue(std::size_t maxsize = 0) : maxsize_(maxsize) {
    finished_.set();
  }
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;
  virtual ~Queue() = default;

  /// Waits for room, and puts `item` in. If there is room, nobody else runs
  /// meanwhile. Throws QueueShutDown.
  template <std::convertible_to<T> Item = T>
  Coroutine<> put(Item&& item) {
    static_assert(ValueDestroyedOnce<Item>,
                  "give it a constructor, or name it first and put a copy");
    return wait_and_put(T(std::forward<Item>(item)));
  }
  /// The same if there is room. Throws QueueFull, QueueShutDown.
  void put_nowait(T item);

  /// Waits for an item, and takes it out. If there is one, nobody else runs
  /// meanwhile. Throws QueueShutDown.
  Coroutine<T> get();
  /// The same if there is one. Throws QueueEmpty, QueueShutDown.
  T get_nowait();

  [[nodiscard]] std::size_t qsize() const noexcept { return size(); }
  [[nodiscard]] std::size_t maxsize() const noexcept { return maxsize_; }
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  [[nodiscard]] bool full() const noexcept {
    return maxsize_ > 0 && size() >= maxsize_;
  }

  /// What was gotten is done. Throws ValueError if all was done.
  void task_done();
  /// Waits until all that was put is done.
  Coroutine<> join() { return finished_.wait(); }

  /// Nothing more is put. What is in may be gotten still; unless it is to end
  /// `immediate`ly: then it is thrown away, and counts as done. All who wait
  /// for what does not come get a QueueShutDown.
  void shutdown(bool immediate = false);

 protected:
  Ring<T> items_;

 private:
  virtual void put_item(T&& item) { items_.push_back(std::move(item)); }
  virtual T take_item() { return items_.pop_front(); }
  [[nodiscard]] virtual std::size_t size() const noexcept {
    return items_.size();
  }

  Coroutine<> wait_and_put(T item);
  void drop_items();

  std::size_t maxsize_;
  Waiters getters_;
  Waiters putters_;
  std::size_t unfinished_ = 0;  // put, and not done
  Event finished_;
  bool is_shut_down_ = false;
};

template <typename T>
Coroutine<> Queue<T>::wait_and_put(T item) {
  while (full() && !is_shut_down_) {
    Waiter putter(putters_, "Queue");
    try {
      co_await putter;
    } catch (...) {
      if (!full() && putter.is_woken()) putters_.wake_next();
      throw;
    }
  }
  put_nowait(std::move(item));
}

template <typename T>
void Queue<T>::put_nowait(T item) {
  if (is_shut_down_) throw QueueShutDown();
  if (full()) throw QueueFull();
  put_item(std::move(item));
  ++unfinished_;
  finished_.clear();
  getters_.wake_next();
}

// Who is woken is given nothing: it takes the item itself, when its turn comes.
// If it is cancelled before, or somebody else was faster, nothing is lost.
template <typename T>
Coroutine<T> Queue<T>::get() {
  while (empty() && !is_shut_down_) {
    Waiter getter(getters_, "Queue");
    try {
      co_await getter;
    } catch (...) {
      if (!empty() && getter.is_woken()) getters_.wake_next();
      throw;
    }
  }
  co_return get_nowait();
}

template <typename T>
T Queue<T>::get_nowait() {
  if (empty()) {
    if (is_shut_down_) throw QueueShutDown();
    throw QueueEmpty();
  }
  T item = take_item();
  putters_.wake_next();
  return item;
}

template <typename T>
void Queue<T>::task_done() {
  if (unfinished_ == 0) throw ValueError("task_done() called too many times");
  if (--unfinished_ == 0) finished_.set();
}

template <typename T>
void Queue<T>::shutdown(bool immediate) {
  is_shut_down_ = true;
  if (immediate) drop_items();
  getters_.wake_all();
  putters_.wake_all();
}

template <typename T>
void Queue<T>::drop_items() {
  while (!empty()) {
    take_item();
    if (unfinished_ > 0) --unfinished_;
  }
  if (unfinished_ == 0) finished_.set();
}

/// Last in, first out.
template <typename T>
class LifoQueue : public Queue<T> {
 public:
  using Queue<T>::Queue;

 private:
  T take_item() override { return this->items_.pop_back(); }
};

/// The smallest first, by `Less`.
template <typename T, typename Less = std::less<T>>
class PriorityQueue : public Queue<T> {
 public:
  using Queue<T>::Queue;

 private:
  void put_item(T&& item) override {
    heap_.push_back(std::move(item));
    std::push_heap(heap_.begin(), heap_.end(), later);
  }
  T take_item() override {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    T item = std::move(heap_.back());
    heap_.pop_back();
    return item;
  }
  [[nodiscard]] std::size_t size() const noexcept override {
    return heap_.size();
  }
  static bool later(const T& one, const T& other) { return Less()(other, one); }

  std::vector<T> heap_;  // the smallest in front
};

}  // namespace asyncio
