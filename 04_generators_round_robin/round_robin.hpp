// The oldest way to share: everybody in a queue, one step each, and back to the
// end of it.
#pragma once

#include <deque>
#include <utility>

#include "04_generators_round_robin/generator.hpp"

namespace generators {

// [region round_robin]
/// Asks each of `tasks` for one value in turn, and calls `visit` with it, until
/// all have come to their end. What a task throws ends it and comes out here,
/// and is the end of all.
template <typename T, typename Visit>
void round_robin(std::deque<Generator<T>> tasks, Visit visit) {
  while (!tasks.empty()) {
    Generator<T> task = std::move(tasks.front());
    tasks.pop_front();
    auto* value = task.next();
    if (!value) continue;  // it has ended: it leaves the queue, and dies here
    visit(*value);
    tasks.push_back(std::move(task));
  }
}
// [end round_robin]

}  // namespace generators
