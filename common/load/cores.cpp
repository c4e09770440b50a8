#include "common/load/cores.hpp"

#include <sched.h>

#include <fstream>
#include <sstream>
#include <vector>

#include "common/net/system_call.hpp"

namespace load {
namespace {

std::vector<int> allowed_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  net::checked(::sched_getaffinity(0, sizeof set, &set), "sched_getaffinity");
  std::vector<int> cores;
  for (int core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(static_cast<std::size_t>(core), &set)) cores.push_back(core);
  }
  return cores;
}

// The threads that share a physical core have the same text here; if there is no such file, every
// core is taken to be one of its own.
std::string physical_core_of(int core) {
  const std::string folder = "/sys/devices/system/cpu/cpu" + std::to_string(core);
  std::ifstream file(folder + "/topology/thread_siblings_list");
  std::string siblings;
  return std::getline(file, siblings) ? siblings : std::to_string(core);
}

}  // namespace

Cores choose_cores() {
  const std::vector<int> allowed = allowed_cores();
  if (allowed.size() < 2) return {};
  // The last one, since most interrupts come to the first.
  const int server = allowed.back();
  for (const int core : allowed) {
    if (physical_core_of(core) != physical_core_of(server)) return {.server = server, .load = core};
  }
  return {.server = server, .load = allowed.front(), .share_one_core = true};
}

void stay_on(const std::optional<int>& core) {
  if (!core) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(*core), &set);
  net::checked(::sched_setaffinity(0, sizeof set, &set), "sched_setaffinity");
}

std::string to_string(const std::optional<int>& core) {
  return core ? std::to_string(*core) : "any";
}

CoreTime time_of(const std::optional<int>& core) {
  const std::string wanted = "cpu" + (core ? std::to_string(*core) : "");
  std::ifstream stat("/proc/stat");
  for (std::string line; std::getline(stat, line);) {
    std::istringstream words(line);
    std::string name;
    words >> name;
    if (name != wanted) continue;
    // proc(5): user nice system idle iowait irq softirq steal; what follows is part of user.
    CoreTime time;
    std::uint64_t ticks = 0;
    for (int i = 0; i < 8 && words >> ticks; ++i) {
      time.total += ticks;
      if (i == 7) time.stolen = ticks;
    }
    return time;
  }
  return {};
}

double stolen_share(const CoreTime& before, const CoreTime& after) {
  if (after.total <= before.total) return 0;  // too short to tell
  return static_cast<double>(after.stolen - before.stolen) /
         static_cast<double>(after.total - before.total);
}

}  // namespace load
