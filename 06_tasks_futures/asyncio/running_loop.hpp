// Which loop runs in a thread.
#pragma once

namespace asyncio {

class EventLoop;

/// The loop that runs in this thread; null if none does. Null in a forked
/// child: the loop is its parent's.
extern constinit thread_local EventLoop* t_running_loop;

}  // namespace asyncio
