// The process that starts the workers, and knows how each has ended.
#pragma once

#include "common/net/descriptor.hpp"

namespace asyncio {

/// For the child of a process that has one thread, and may have many later:
/// this one stays as it is, and may fork. For each two descriptors that come
/// through `requests` it starts a worker: the first is where that gets its
/// calls; into the second, the lifeline, goes a sentence when it has ended. It
/// is killed when the other end of the lifeline is gone; so are all, and this
/// process ends, when the other end of `requests` is, or `parent` is readable.
/// Nothing of what the parent had is destroyed.
[[noreturn]] void serve_forks(net::Descriptor requests,
                              net::Descriptor parent) noexcept;

}  // namespace asyncio
