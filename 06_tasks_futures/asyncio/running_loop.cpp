#include "06_tasks_futures/asyncio/running_loop.hpp"

#include <pthread.h>

namespace asyncio {

constinit thread_local EventLoop* t_running_loop = nullptr;

namespace {

// Memory may be short: then a forked process can't run a loop, and says so.
[[maybe_unused]] const int g_registered =
    ::pthread_atfork(nullptr, nullptr, [] { t_running_loop = nullptr; });

}  // namespace
}  // namespace asyncio
