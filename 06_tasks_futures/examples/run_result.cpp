// The entry point: makes a loop, runs a coroutine, closes the loop.
#include <cstdio>

#include "06_tasks_futures/asyncio/run.hpp"

namespace {

using asyncio::Coroutine;

// [region add_one]
Coroutine<int> add_one(int number) {
  co_return number + 1;
}
// [end add_one]

const char* type_name(int /*value*/) {
  return "int";
}

}  // namespace

// [region main]
int main() {
  const auto result = asyncio::run(add_one(1));
  std::printf("the result of the coroutine is %d, its type is %s\n", result,
              type_name(result));
}
// [end main]
