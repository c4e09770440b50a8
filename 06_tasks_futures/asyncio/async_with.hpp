// A resource that is opened before a block and closed after it, where both may
// wait: what Python's `async with` does.
#pragma once

#include <concepts>
#include <exception>
#include <type_traits>
#include <utility>

#include "06_tasks_futures/asyncio/awaitable.hpp"
#include "06_tasks_futures/asyncio/coroutine.hpp"
#include "06_tasks_futures/asyncio/destroyed_once.hpp"
#include "06_tasks_futures/asyncio/returned.hpp"

namespace asyncio {

// [region resource]
/// What `async_with` opens and closes, in Python's words: __aenter__ and
/// __aexit__. `aexit` is given what the block has thrown, or null.
template <typename T>
concept AsyncResource = requires(T& resource, std::exception_ptr thrown) {
  { resource.aenter() } -> std::same_as<Coroutine<>>;
  { resource.aexit(thrown) } -> std::same_as<Coroutine<>>;
};
// [end resource]

/// What async_with does. Owns what is no reference.
template <typename T, typename Resource, typename Block>
Coroutine<T> open_run_close(Resource resource, Block block) {
  co_await resource.aenter();
  Returned<T> returned;
  std::exception_ptr thrown;
  try {
    if constexpr (std::is_void_v<T>) {
      co_await block(resource);
    } else {
      returned.return_value(co_await block(resource));
    }
  } catch (...) {
    thrown = std::current_exception();  // nothing can be awaited in here
  }
  co_await resource.aexit(thrown);
  if (thrown) std::rethrow_exception(thrown);
  co_return returned.take();
}

/// Opens `resource`, runs `block(resource)`, a coroutine, and closes `resource`
/// again, whatever ends the block: its return, an exception, a cancellation.
/// Gives what the block returned, or throws what it threw. If the opening
/// throws, neither block nor closing follow; what the closing throws comes out
/// instead of all else. A temporary `resource` lives until the end; another is
/// only referred to.
///
///     co_await async_with(Connection(host), [&](Connection& connection)
///                                               -> Coroutine<> { ... });
///
/// The block may capture by reference, since it is awaited on the spot. If the
/// loop is closed in the middle, nothing can be awaited: destructors run, and
/// no `aexit`.
// Left out: an aexit that says the exception is none.
template <typename Resource, typename Block>
  requires AsyncResource<std::remove_reference_t<Resource>>
auto async_with(Resource&& resource, Block&& block) {
  static_assert(ValueDestroyedOnce<Resource>, "name the resource first");
  static_assert(DestroyedOnce<Block>, "name the block first");
  using T = BlockResult<Block, std::remove_reference_t<Resource>>;
  return open_run_close<T, Resource, Block>(std::forward<Resource>(resource),
                                            std::forward<Block>(block));
}

}  // namespace asyncio
