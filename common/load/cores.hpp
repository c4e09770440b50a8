// Which core the server gets and which the load, so that they never wait for each other's core.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace load {

/// Nothing where the process may use only one core.
struct Cores {
  std::optional<int> server = {};
  std::optional<int> load = {};
  bool share_one_core = false;  // two threads of a physical one
};

/// Two cores that this process may use (sched_getaffinity(2)): two physical ones, not two threads
/// of one, if there are.
[[nodiscard]] Cores choose_cores();

/// Keeps the calling thread on this core, if there is one.
void stay_on(const std::optional<int>& core);

/// `0`, or `any`.
[[nodiscard]] std::string to_string(const std::optional<int>& core);

/// What /proc/stat says of a core (of all of them, if none is given), in clock ticks.
struct CoreTime {
  std::uint64_t stolen = 0;  // by the host of a virtual machine
  std::uint64_t total = 0;
};

[[nodiscard]] CoreTime time_of(const std::optional<int>& core);

/// The share of the time between the two that was stolen, 0 to 1.
[[nodiscard]] double stolen_share(const CoreTime& before, const CoreTime& after);

}  // namespace load
