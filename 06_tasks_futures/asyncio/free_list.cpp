#include "06_tasks_futures/asyncio/free_list.hpp"

namespace asyncio {

constinit thread_local std::array<FreeList::List, FreeList::k_sizes + 1>
    FreeList::t_lists{};

/// A thread that ends gives its blocks back to the heap, and keeps none from
/// then on.
class FreeList::Emptier {
 public:
  Emptier() = default;
  Emptier(const Emptier&) = delete;
  Emptier& operator=(const Emptier&) = delete;
  ~Emptier() {
    for (List& list : t_lists) {
      while (list.first) {
        ::operator delete(std::exchange(list.first, list.first->next));
      }
      list.room = 0;
      list.is_in_use = true;
    }
  }
};

// The first block that comes makes room for more; when that is full, no more.
bool FreeList::make_room(List& list) noexcept {
  static thread_local const Emptier emptier;
  static_cast<void>(emptier);
  if (std::exchange(list.is_in_use, true)) return false;
  list.room = k_longest;
  return true;
}

}  // namespace asyncio
