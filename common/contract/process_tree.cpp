#include "common/contract/process_tree.hpp"

#include <unistd.h>

#include <charconv>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <ostream>
#include <sstream>
#include <string>
#include <string_view>

namespace contract {

namespace fs = std::filesystem;

namespace {

std::optional<pid_t> pid_from(const std::string& name) {
  pid_t pid = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
  if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return pid;
}

fs::path proc_path(pid_t pid, const char* file) {
  return fs::path("/proc") / std::to_string(pid) / file;
}

// What proc(5) says of a process in /proc/PID/stat, as far as it is needed here.
struct Status {
  pid_t pid = 0;
  char state = 0;
  pid_t parent = 0;
  pid_t session = 0;
  std::uint64_t ticks_of_children = 0;
};

void skip(std::istream& words, int n) {
  for (std::string word; n > 0; --n) words >> word;
}

std::optional<Status> status_of(pid_t pid) {
  std::ifstream file(proc_path(pid, "stat"));
  std::string line;
  std::getline(file, line);
  // The name in parentheses may itself hold spaces and parentheses.
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream rest(line.substr(name_end + 1));
  Status status{.pid = pid};
  std::uint64_t user = 0, system = 0;
  rest >> status.state >> status.parent;
  skip(rest, 1);  // the group
  rest >> status.session;
  skip(rest, 9);  // from the terminal to the process's own ticks
  rest >> user >> system;
  status.ticks_of_children = user + system;
  if (status.state == 'X') return std::nullopt;
  return status;
}

std::vector<Status> all_processes() {
  std::vector<Status> all;
  std::error_code gone;
  for (auto entry = fs::directory_iterator("/proc", gone);
       !gone && entry != fs::directory_iterator(); entry.increment(gone)) {
    const auto pid = pid_from(entry->path().filename().string());
    if (!pid) continue;
    if (const auto status = status_of(*pid)) all.push_back(*status);
  }
  return all;
}

using Children = std::map<pid_t, std::vector<Status>>;

std::vector<Status> below(pid_t ancestor, Children& children) {
  std::vector<Status> family = children[ancestor];
  for (std::size_t i = 0; i < family.size(); ++i) {
    const std::vector<Status>& its_own = children[family[i].pid];
    family.insert(family.end(), its_own.begin(), its_own.end());
  }
  return family;
}

// The session, and those below its members who have begun a session of their own.
std::vector<Status> family_of(pid_t session) {
  std::vector<Status> family;
  Children others;
  for (const Status& process : all_processes()) {
    auto& place = process.session == session ? family : others[process.parent];
    place.push_back(process);
  }
  const std::size_t members = family.size();
  for (std::size_t i = 0; i < members; ++i) {
    const std::vector<Status> its_own = below(family[i].pid, others);
    family.insert(family.end(), its_own.begin(), its_own.end());
  }
  return family;
}

std::size_t count_descriptors(pid_t pid) {
  std::error_code gone;
  std::size_t count = 0;
  for (auto entry = fs::directory_iterator(proc_path(pid, "fd"), gone);
       !gone && entry != fs::directory_iterator(); entry.increment(gone)) {
    ++count;
  }
  return count;
}

// Proportional shares (Pss): pages that a parent and its children share are counted once.
bool counts_as_own_memory(const std::string& field) {
  return field == "Pss_Anon:" || field == "Pss_Shmem:" || field == "SwapPss:";
}

std::uint64_t own_memory_of_process(pid_t pid) {
  std::ifstream file(proc_path(pid, "smaps_rollup"));
  std::uint64_t kilobytes = 0;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string field;
    std::uint64_t value = 0;
    if (words >> field >> value && counts_as_own_memory(field)) kilobytes += value;
  }
  return kilobytes * 1024;
}

std::chrono::nanoseconds cpu_time_of_process(pid_t pid) {
  clockid_t clock{};
  timespec time{};
  // This clock counts all threads, also those that have ended, and is exact where the ticks in
  // /proc/PID/stat are 10 ms each.
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0) return {};
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

std::chrono::nanoseconds duration_of(std::uint64_t ticks) {
  static const auto ticks_a_second = static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
  return std::chrono::nanoseconds(std::chrono::seconds(1)) * ticks / ticks_a_second;
}

std::uint64_t sleeps_of_thread(const fs::path& task) {
  std::ifstream status(task / "status");
  constexpr std::string_view field = "voluntary_ctxt_switches:";
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field)) return std::stoull(line.substr(field.size()));
  }
  return 0;
}

std::uint64_t sleeps_of_process(pid_t pid) {
  std::uint64_t sleeps = 0;
  std::error_code gone;
  for (auto task = fs::directory_iterator(proc_path(pid, "task"), gone);
       !gone && task != fs::directory_iterator(); task.increment(gone)) {
    sleeps += sleeps_of_thread(task->path());
  }
  return sleeps;
}

}  // namespace

std::vector<SessionMember> members_of_session(pid_t session) {
  std::vector<SessionMember> members;
  for (const Status& process : family_of(session)) {
    members.push_back({process.pid, process.state == 'Z'});
  }
  return members;
}

std::vector<pid_t> descendants_of(pid_t ancestor) {
  Children children;
  for (const Status& process : all_processes()) children[process.parent].push_back(process);
  std::vector<pid_t> pids;
  for (const Status& process : below(ancestor, children)) pids.push_back(process.pid);
  return pids;
}

bool Footprint::fits_into(const Footprint& other) const {
  return processes <= other.processes && zombies <= other.zombies &&
         descriptors <= other.descriptors;
}

std::ostream& operator<<(std::ostream& out, const Footprint& footprint) {
  return out << footprint.processes << " processes, " << footprint.zombies << " zombies, "
             << footprint.descriptors << " descriptors";
}

Footprint footprint_of(pid_t session) {
  Footprint footprint;
  for (const SessionMember& member : members_of_session(session)) {
    ++(member.is_zombie ? footprint.zombies : footprint.processes);
    if (!member.is_zombie) footprint.descriptors += count_descriptors(member.pid);
  }
  return footprint;
}

std::uint64_t memory_of(pid_t session) {
  std::uint64_t bytes = 0;
  for (const SessionMember& member : members_of_session(session)) {
    bytes += own_memory_of_process(member.pid);
  }
  return bytes;
}

std::chrono::nanoseconds cpu_time_of(pid_t session) {
  std::chrono::nanoseconds total{};
  for (const Status& process : family_of(session)) {
    total += cpu_time_of_process(process.pid) + duration_of(process.ticks_of_children);
  }
  return total;
}

std::uint64_t sleeps_of(pid_t session) {
  std::uint64_t sleeps = 0;
  for (const SessionMember& member : members_of_session(session)) {
    sleeps += sleeps_of_process(member.pid);
  }
  return sleeps;
}

}  // namespace contract
