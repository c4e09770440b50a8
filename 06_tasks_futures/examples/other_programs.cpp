// Other programs: to give them something to do, to listen to them, and to end
// them.
#include <cstdio>
#include <string>

#include "05_coroutines/examples/seconds.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/subprocesses/subprocess.hpp"
#include "06_tasks_futures/asyncio/waiting/wait_for.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::Process;
using asyncio::subprocess::pipe;
using examples::seconds;

// [region communicate]
Coroutine<> sort_fruits() {
  const Process process = co_await asyncio::create_subprocess_exec(
      {.stdin_ = pipe, .stdout_ = pipe}, "sort", "--reverse");
  const auto [output, errors] =
      co_await process.communicate("fig\npear\napple\n");
  std::printf("%ssort has ended with %d\n", output.c_str(),
              *process.returncode());
}
// [end communicate]

// [region lines]
Coroutine<> count() {
  const Process process = co_await asyncio::create_subprocess_shell(
      {.stdout_ = pipe}, "for i in 1 2 3; do echo line $i; done; exit 7");
  auto lines = process.stdout_().lines();
  while (const std::string* line = co_await lines.next()) {
    std::printf("the shell says: %s", line->c_str());
  }
  std::printf("it has ended with %d\n", co_await process.wait());
}
// [end lines]

// [region terminate]
Coroutine<> wait_in_vain() {
  const Process process =
      co_await asyncio::create_subprocess_exec("sleep", "1000");
  try {
    co_await asyncio::wait_for(process.wait(), seconds(1));
  } catch (const asyncio::TimeoutError&) {
    std::puts("sleep takes too long");
    process.terminate();
  }
  std::printf("it has ended with %d\n", co_await process.wait());
}
// [end terminate]

Coroutine<> async_main() {
  co_await sort_fruits();
  co_await count();
  co_await wait_in_vain();
}

}  // namespace

int main() {
  asyncio::run(async_main());
}
