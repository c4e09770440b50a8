#include "04_generators_round_robin/event_loop.hpp"

#include <exception>
#include <string>
#include <utility>

namespace generators {

using selectors::Events;
using selectors::k_event_read;

// [region run]
void EventLoop::run() {
  while (has_tasks()) run_once();
}

void EventLoop::run_once(Timeout timeout) {
  if (tasks_.empty()) wait(timeout);
  while (!tasks_.empty()) {
    Task task = std::move(tasks_.front());
    tasks_.pop_front();
    if (const Wait* wait = task.next()) park(std::move(task), *wait);
  }
}
// [end run]

// [region park]
void EventLoop::wait(Timeout timeout) {
  for (const auto& [key, events] : selector_.select(timeout)) {
    key->data(events);  // calls `wake`
  }
}

void EventLoop::park(Task task, Wait wait) {
  Parked& others = parked(wait);
  const auto [place, is_new] = others.try_emplace(wait.fd, std::move(task));
  try {
    selector_.register_(wait.fd, wait.reason,
                        [=, this](Events) { wake(wait); });
  } catch (const std::exception& error) {
    if (is_new) others.erase(place);
    throw CannotWait(std::string("lost a task: ") + error.what());
  }
}

void EventLoop::wake(Wait wait) {
  selector_.unregister(wait.fd);
  tasks_.push_back(std::move(parked(wait).extract(wait.fd).mapped()));
}

EventLoop::Parked& EventLoop::parked(Wait wait) {
  return wait.reason == k_event_read ? to_read_ : to_write_;
}
// [end park]

void EventLoop::forget(int fd) {
  if (!to_read_.contains(fd) && !to_write_.contains(fd)) return;
  selector_.unregister(fd);                  // before the task closes it
  const auto reader = to_read_.extract(fd);  // what dies may add others
  const auto writer = to_write_.extract(fd);
}

void EventLoop::clear() {
  while (has_tasks()) {
    while (!tasks_.empty()) {
      const Task task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    if (!to_read_.empty()) forget(to_read_.begin()->first);
    if (!to_write_.empty()) forget(to_write_.begin()->first);
  }
}

}  // namespace generators
