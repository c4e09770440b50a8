#include "06_tasks_futures/oracle/shared.hpp"

#include <stdexcept>

namespace oracle {
namespace {

template <typename Kind>
class QueueOf final : public AnyQueue {
 public:
  explicit QueueOf(std::size_t size) : queue_(size) {}

  asyncio::Coroutine<> put(int value) override { return queue_.put(value); }
  asyncio::Coroutine<int> get() override { return queue_.get(); }
  asyncio::Coroutine<> join() override { return queue_.join(); }
  void put_nowait(int value) override { queue_.put_nowait(value); }
  int get_nowait() override { return queue_.get_nowait(); }
  void task_done() override { queue_.task_done(); }
  [[nodiscard]] int size() const override {
    return static_cast<int>(queue_.qsize());
  }
  void shutdown(bool immediate) override { queue_.shutdown(immediate); }

 private:
  Kind queue_;
};

std::unique_ptr<AnyQueue> made_queue(const std::string& kind,
                                     std::size_t size) {
  if (kind == "lifo") {
    return std::make_unique<QueueOf<asyncio::LifoQueue<int>>>(size);
  }
  if (kind == "priority") {
    return std::make_unique<QueueOf<asyncio::PriorityQueue<int>>>(size);
  }
  return std::make_unique<QueueOf<asyncio::Queue<int>>>(size);
}

std::unique_ptr<asyncio::Semaphore> made_semaphore(const Words& words) {
  const int value = std::stoi(words.at(1));
  if (words.size() == 2) return std::make_unique<asyncio::Semaphore>(value);
  return std::make_unique<asyncio::BoundedSemaphore>(value);
}

}  // namespace

void Shared::add(const Words& words) {
  const std::string& kind = words.front();
  if (kind == "lock") {
    locks.emplace_back();
  } else if (kind == "semaphore") {
    semaphores.push_back(made_semaphore(words));
  } else if (kind == "event") {
    events.emplace_back();
  } else if (kind == "condition") {
    conditions.emplace_back();
    numbers.push_back(0);
  } else if (kind == "queue") {
    queues.push_back(made_queue(words.at(1), std::stoul(words.at(2))));
  } else if (kind == "barrier") {
    barriers.emplace_back(std::stoi(words.at(1)));
  } else {
    throw std::runtime_error("no such thing to share: " + kind);
  }
}

}  // namespace oracle
