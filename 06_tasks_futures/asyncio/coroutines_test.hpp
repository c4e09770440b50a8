// What the tests of those share that run coroutines: such as give a result of
// each kind, at once.
#pragma once

#include <memory>
#include <utility>

#include "06_tasks_futures/asyncio/coroutine.hpp"
#include "common/testing/counted.hpp"

namespace asyncio {

template <typename T>
Coroutine<T> returns(T value) {
  co_return std::move(value);
}

/// What can only be moved.
inline Coroutine<std::unique_ptr<int>> makes(int value) {
  co_return std::make_unique<int>(value);
}

/// What was there before.
inline Coroutine<int&> refers_to(int& value) {
  co_return value;
}

/// What counts how often it is copied.
inline Coroutine<tests::Counted> makes_counted() {
  co_return tests::Counted();
}

}  // namespace asyncio
