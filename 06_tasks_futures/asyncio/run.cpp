#include "06_tasks_futures/asyncio/run.hpp"

#include <cstddef>
#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "06_tasks_futures/asyncio/any_task.hpp"
#include "06_tasks_futures/asyncio/executors/run_in_executor.hpp"
#include "06_tasks_futures/asyncio/report.hpp"

namespace asyncio {
namespace {

void run_until_all_done(EventLoop& loop, const std::vector<AnyTask>& tasks) {
  const Future<> all_done = loop.create_future();
  auto count_down = [all_done, left = tasks.size()]() mutable {
    if (--left == 0) all_done.set_result();
  };
  for (const AnyTask& task : tasks) {
    task.state().add_callback(*new CallbackHandle(std::ref(count_down)));
  }
  loop.run_until_complete(all_done);
}

void report_failed(EventLoop& loop, const std::vector<AnyTask>& tasks) {
  for (const AnyTask& task : tasks) {
    if (task.cancelled()) continue;
    if (const std::exception_ptr exception = task.exception()) {
      loop.call_exception_handler(
          {"unhandled exception during asyncio.run() shutdown", exception});
    }
  }
}

void cancel_all_tasks(EventLoop& loop) {
  const std::vector<AnyTask> tasks = all_tasks(loop);
  if (tasks.empty()) return;
  for (const AnyTask& task : tasks) task.cancel();
  run_until_all_done(loop, tasks);
  report_failed(loop, tasks);
}

// What the tasks have scheduled at their end may run. So many turns it is in
// Python, which here ends its generators.
void run_last_turns(EventLoop& loop) {
  for (int turn = 0; turn < 2; ++turn) {
    loop.stop();
    loop.run_forever();
  }
}

}  // namespace

Runner::~Runner() {
  try {
    close();
  } catch (...) {
    report("Exception while a Runner closed", std::current_exception());
  }
}

EventLoop& Runner::get_loop() {
  if (!loop_) {
    loop_ = options_.loop_factory ? options_.loop_factory()
                                  : std::make_unique<EventLoop>();
    if (options_.debug) loop_->set_debug(*options_.debug);
  }
  if (loop_->is_closed()) throw RuntimeError("Runner is closed");
  return *loop_;
}

void Runner::close() {
  if (!loop_ || loop_->is_closed()) return;
  check_no_loop_runs("Runner.close()");
  try {
    const Interrupts interrupts(*loop_, nullptr);
    cancel_all_tasks(*loop_);
    run_last_turns(*loop_);
    loop_->run_until_complete(shutdown_default_executor());
  } catch (...) {
    loop_->close();
    throw;
  }
  loop_->close();
}

void Runner::check_no_loop_runs(const char* caller) {
  if (!EventLoop::running()) return;
  throw RuntimeError(std::string(caller) +
                     " cannot be called from a running event loop");
}

}  // namespace asyncio
