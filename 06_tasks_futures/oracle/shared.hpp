// What the bodies of a program share, each kind numbered from 0.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "06_tasks_futures/asyncio/sharing/barrier.hpp"
#include "06_tasks_futures/asyncio/sharing/condition.hpp"
#include "06_tasks_futures/asyncio/sharing/event.hpp"
#include "06_tasks_futures/asyncio/sharing/lock.hpp"
#include "06_tasks_futures/asyncio/sharing/queue.hpp"
#include "06_tasks_futures/asyncio/sharing/semaphore.hpp"
#include "06_tasks_futures/oracle/program.hpp"

namespace oracle {

/// One of the three kinds of queues.
class AnyQueue {
 public:
  virtual ~AnyQueue() = default;
  virtual asyncio::Coroutine<> put(int value) = 0;
  virtual asyncio::Coroutine<int> get() = 0;
  virtual asyncio::Coroutine<> join() = 0;
  virtual void put_nowait(int value) = 0;
  virtual int get_nowait() = 0;
  virtual void task_done() = 0;
  [[nodiscard]] virtual int size() const = 0;
  virtual void shutdown(bool immediate) = 0;
};

struct Shared {
  /// By a line before the bodies: `semaphore 1 bounded`.
  void add(const Words& words);

  std::deque<asyncio::Lock> locks;
  std::vector<std::unique_ptr<asyncio::Semaphore>> semaphores;
  std::deque<asyncio::Event> events;
  std::deque<asyncio::Condition> conditions;
  std::vector<int> numbers;  // each condition's
  std::vector<std::unique_ptr<AnyQueue>> queues;
  std::deque<asyncio::Barrier> barriers;
};

}  // namespace oracle
