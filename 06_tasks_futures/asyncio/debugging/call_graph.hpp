// Who awaits whom, and where: what Python 3.14 calls the call graph.
#pragma once

#include <string>

#include "06_tasks_futures/asyncio/any_task.hpp"

namespace asyncio {

/// The functions that wait for each other in `task`, the innermost first, and
/// the tasks that await it, also by `gather` or at the end of a TaskGroup, with
/// theirs. A function is named with the file and line of the co_await where it
/// waits; one that has not begun, with its own. Where `...` stands, the same is
/// above, or it would be more than a hundred steps down. The loop's thread.
///
///     * Task(name='Task-2')
///       + Call stack:
///       |   File 'a.cpp', line 7, in async inner()
///       |   File 'a.cpp', line 11, in async outer()
///       + Awaited by:
///         * Task(name='Task-1')
///           + Call stack:
///           |   File 'a.cpp', line 20, in async async_main()
///
[[nodiscard]] std::string format_call_graph(const AnyTask& task);

/// Of all tasks of the loop that runs, on stderr. Those that wait for another
/// stand below it. Throws RuntimeError if no loop runs.
void print_call_graph();

}  // namespace asyncio
