#include "06_tasks_futures/workers.hpp"

#include <csignal>
#include <exception>
#include <system_error>
#include <vector>

#include "06_tasks_futures/asyncio/executors/run_in_executor.hpp"
#include "06_tasks_futures/asyncio/finally.hpp"
#include "06_tasks_futures/asyncio/report.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"
#include "common/net/stop.hpp"

namespace asyncio {

// [region run]
void Worker::run(std::function<void()> on_running) {
  try {
    loop_.call_soon(std::move(on_running));  // the task is before it
    loop_.run_until_complete(main_);
  } catch (const CancelledError&) {  // it has not caught that
  } catch (...) {
    runner_.close();
    throw;
  }
  runner_.close();
}

void Worker::stop() {
  try {
    loop_.call_soon_threadsafe([this] {
      if (!std::exchange(is_stopped_, true)) main_.cancel();
    });
  } catch (const RuntimeError&) {  // the loop has closed: it has ended
  }
}
// [end run]

void Workers::add(const std::function<Coroutine<>()>& main) {
  const std::size_t number = threads_.size() + 1;
  threads_.emplace_back("worker " + std::to_string(number), main, options_);
}

std::size_t Workers::run(std::function<void()> on_running) {
  on_running_ = std::move(on_running);
  net::block(net::stop_signals());  // and so in the threads
  Runner runner;
  (void)runner.get_loop();  // or throws, while nothing has begun
  runner.run(supervise());
  runner.close();
  return failed_;
}

// [region supervise]
Coroutine<> Workers::supervise() {
  const Finally at_end([this] { stop_all(); });  // if one cannot be started
  std::vector<Future<>> ended;
  for (Thread& thread : threads_) ended.push_back(start(thread));
  take_signals();
  co_await gather(ended);
  net::block(net::stop_signals());  // the loop's handlers are to go
}

void Workers::take_signals() {
  for (const int signal : {SIGINT, SIGTERM}) {
    get_running_loop().add_signal_handler(signal, [this] { stop_all(); });
  }
  net::unblock(net::stop_signals());
}

void Workers::stop_all() {
  for (Thread& thread : threads_) thread.worker.stop();
}
// [end supervise]

Future<> Workers::start(Thread& thread) {
  try {
    return run_in_executor(thread.executor,
                           [this, &thread] { run_in_thread(thread); });
  } catch (const std::system_error& error) {
    throw std::system_error(error.code(), "cannot start " + thread.name);
  }
}

// [region thread]
void Workers::run_in_thread(Thread& thread) {
  try {
    thread.worker.run([this] { on_worker_running(); });
  } catch (...) {
    ++failed_;
    log_.warn(thread.name + " failed: " + describe(std::current_exception()));
  }
}

void Workers::on_worker_running() {
  if (++running_ == threads_.size()) on_running_();
}
// [end thread]

}  // namespace asyncio
