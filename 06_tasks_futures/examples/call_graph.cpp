// Who awaits whom, and where. Python has it since 3.14, as
// asyncio.print_call_graph.
#include "06_tasks_futures/asyncio/debugging/call_graph.hpp"

#include <signal.h>

#include <chrono>

#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sharing/event.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::Event;
using asyncio::Task;
using namespace std::chrono_literals;

// [region waiting]
Coroutine<> read_page(Event& has_come) {
  co_await has_come.wait();
}

Coroutine<> download(Event& has_come) {
  co_await read_page(has_come);
}

Coroutine<> download_both(Event& has_come) {
  const Task<> a = asyncio::create_task(download(has_come), "a.html");
  const Task<> b = asyncio::create_task(download(has_come), "b.html");
  co_await asyncio::gather(a, b);
}

// [end waiting]

// [region signal]
Coroutine<> async_main() {
  asyncio::get_running_loop().add_signal_handler(
      SIGUSR1, [] { asyncio::print_call_graph(); });
  Event has_come;
  const Task<> task = asyncio::create_task(download_both(has_come), "both");
  co_await asyncio::sleep(10ms);  // by then all of them wait
  ::raise(SIGUSR1);               // or from outside: kill -USR1
  co_await asyncio::sleep(10ms);
  has_come.set();
  co_await task;
}
// [end signal]

}  // namespace

int main() {
  asyncio::run(async_main());
}
