#include "common/contract/process_tree.hpp"

#include <charconv>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <optional>
#include <ostream>
#include <sstream>
#include <string>

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

std::optional<SessionMember> member_if_in(pid_t session, pid_t pid) {
  std::ifstream file(proc_path(pid, "stat"));
  std::string line;
  std::getline(file, line);
  // proc(5): the name in parentheses may itself hold spaces and parentheses.
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream rest(line.substr(name_end + 1));
  char state = 0;
  pid_t parent = 0, group = 0, its_session = 0;
  rest >> state >> parent >> group >> its_session;
  if (its_session != session || state == 'X') return std::nullopt;
  return SessionMember{pid, state == 'Z'};
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

}  // namespace

std::vector<SessionMember> members_of_session(pid_t session) {
  std::vector<SessionMember> members;
  std::error_code gone;
  for (auto entry = fs::directory_iterator("/proc", gone);
       !gone && entry != fs::directory_iterator(); entry.increment(gone)) {
    const auto pid = pid_from(entry->path().filename().string());
    if (!pid) continue;
    if (const auto member = member_if_in(session, *pid)) members.push_back(*member);
  }
  return members;
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
  for (const SessionMember& member : members_of_session(session)) {
    total += cpu_time_of_process(member.pid);
  }
  return total;
}

}  // namespace contract
