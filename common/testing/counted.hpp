// What counts itself, for tests of who destroys what, and when.
#pragma once

namespace tests {

/// Counts those alive, and how often they were copied and moved.
class Counted {
 public:
  Counted() noexcept { ++alive; }
  Counted(const Counted& /*other*/) noexcept { ++alive, ++copies; }
  Counted(Counted&& /*other*/) noexcept { ++alive, ++moves; }
  Counted& operator=(const Counted& /*other*/) noexcept { return ++copies, *this; }
  Counted& operator=(Counted&& /*other*/) noexcept { return ++moves, *this; }
  ~Counted() { --alive; }

  static void reset() noexcept { alive = copies = moves = 0; }

  static inline int alive = 0;
  static inline int copies = 0;
  static inline int moves = 0;
};

}  // namespace tests
