#include "06_tasks_futures/asyncio/executors/thread_pool_executor.hpp"

#include <pthread.h>

#include <algorithm>
#include <system_error>

#include "06_tasks_futures/asyncio/exceptions.hpp"

namespace asyncio {
namespace {

/// Whose thread this is; null if it is none's.
constinit thread_local const ThreadPoolExecutor* t_works_for = nullptr;

std::size_t default_workers() noexcept {
  return std::min<std::size_t>(32, std::thread::hardware_concurrency() + 4);
}

// Fifteen characters, says pthread_setname_np(3).
void set_name(std::thread& thread, const std::string& name) noexcept {
  pthread_setname_np(thread.native_handle(), name.substr(0, 15).c_str());
}

}  // namespace

ThreadPoolExecutor::ThreadPoolExecutor(ThreadPoolOptions options)
    : max_workers_(options.max_workers ? options.max_workers
                                       : default_workers()),
      name_prefix_(options.thread_name_prefix) {}

void ThreadPoolExecutor::add(std::unique_ptr<WorkItem> item) {
  const std::lock_guard lock(mutex_);
  if (is_shut_down_) {
    throw RuntimeError("cannot schedule new futures after shutdown");
  }
  waiting_.push_back(std::move(item));
  try {
    start_thread_if_needed();
  } catch (...) {
    waiting_.pop_back();
    throw;
  }
  changed_.notify_one();
}

// Without one more, those that there are do it.
void ThreadPoolExecutor::start_thread_if_needed() {
  if (waiting_.size() <= idle_ || threads_.size() == max_workers_) return;
  threads_.reserve(threads_.size() + 1);
  try {
    threads_.emplace_back([this] { work(); });
  } catch (const std::system_error&) {
    if (threads_.empty()) throw;
    return;
  }
  set_name(threads_.back(),
           name_prefix_ + "_" + std::to_string(threads_.size() - 1));
}

void ThreadPoolExecutor::work() noexcept {
  t_works_for = this;
  while (const std::unique_ptr<WorkItem> item = next()) item->run();
}

// Null when there is nothing more to do.
std::unique_ptr<WorkItem> ThreadPoolExecutor::next() {
  std::unique_lock lock(mutex_);
  ++idle_;
  changed_.wait(lock, [this] { return !waiting_.empty() || is_shut_down_; });
  --idle_;
  if (waiting_.empty()) return nullptr;
  std::unique_ptr<WorkItem> item = std::move(waiting_.front());
  waiting_.pop_front();
  return item;
}

void ThreadPoolExecutor::shutdown(bool wait, bool cancel_futures) {
  if (cancel_futures) cancel_waiting();
  {
    const std::lock_guard lock(mutex_);
    is_shut_down_ = true;
    changed_.notify_all();
  }
  if (wait) join_all();
}

// Whoever else waits for them waits for whoever came first.
void ThreadPoolExecutor::join_all() {
  if (t_works_for == this) throw RuntimeError("cannot join current thread");
  const std::lock_guard joining(joining_);
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(mutex_);
    threads.swap(threads_);
  }
  for (std::thread& thread : threads) thread.join();
}

// Their callbacks may call anything here.
void ThreadPoolExecutor::cancel_waiting() {
  std::deque<std::unique_ptr<WorkItem>> cancelled;
  {
    const std::lock_guard lock(mutex_);
    is_shut_down_ = true;
    cancelled.swap(waiting_);
  }
  for (const auto& item : cancelled) item->cancel();
}

std::size_t ThreadPoolExecutor::size() const {
  const std::lock_guard lock(mutex_);
  return threads_.size();
}

}  // namespace asyncio
