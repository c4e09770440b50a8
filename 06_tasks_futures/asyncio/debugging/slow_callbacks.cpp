#include "06_tasks_futures/asyncio/debugging/slow_callbacks.hpp"

#include <cstdio>
#include <functional>
#include <string>

namespace asyncio {

void SlowCallbacks::run_measured(Runnable& runnable) const {
  const std::function<std::string()> description = runnable.description();
  const TimePoint begin = Clock::now();
  runnable.run();
  const std::chrono::duration<double> took = Clock::now() - begin;
  if (took < slow_callback_duration_) return;
  std::fprintf(stderr, "Executing %s took %.3f seconds\n",
               description().c_str(), took.count());
}

}  // namespace asyncio
