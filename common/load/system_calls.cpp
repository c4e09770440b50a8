#include "common/load/system_calls.hpp"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "common/contract/deadline.hpp"
#include "common/contract/process_tree.hpp"
#include "common/load/session.hpp"
#include "common/net/descriptor.hpp"
#include "common/net/system_call.hpp"

namespace load {

using namespace std::chrono_literals;

namespace {

bool is_installed(const std::string& program) {
  const char* const path = std::getenv("PATH");
  std::istringstream folders(path != nullptr ? path : "/usr/bin:/bin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (::access((std::filesystem::path(folder) / program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

/// A file in memory, which is gone with us however we end. Others open it by its path.
class Summary {
 public:
  Summary() : file_(net::checked(::memfd_create("summary", MFD_CLOEXEC), "memfd_create")) {}

  [[nodiscard]] std::string path() const {
    return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(file_.get());
  }
  [[nodiscard]] std::string text() const {
    std::ostringstream all;
    all << std::ifstream(path()).rdbuf();
    return all.str();
  }

 private:
  net::Descriptor file_;
};

void signal_traced(pid_t strace, int number) {
  for (const contract::SessionMember& member : contract::members_of_session(strace)) {
    if (member.pid != strace) ::kill(member.pid, number);
  }
}

// strace itself heeds no signal when it writes to a file: it ends after the last one it traces.
void end_traced(contract::Process& strace) {
  for (const int number : {SIGTERM, SIGKILL}) {
    signal_traced(strace.pid(), number);
    if (strace.wait_for_end(contract::Deadline(5s))) return;
  }
  throw std::runtime_error("strace does not end");
}

double system_calls(const std::string& command, const Cell& cell, const std::optional<int>& core,
                    std::uint64_t messages) {
  const Summary summary;
  const contract::Words strace = {"strace",     "-c", "-f",           "-U",
                                  "calls,name", "-o", summary.path(), "--"};
  Session session(contract::joined(strace, by_shell(command)), cell, core);
  session.exchange(messages);
  end_traced(session.process());
  return total_of(summary.text());
}

// Each traced call takes as long as twenty others, so no more than needed. But how often a server
// wakes while its clients connect differs from run to run: the more clients, the more messages.
std::uint64_t more_messages(const Cell& cell) {
  const std::size_t least = cell.size >= std::size_t{16} * 1024 ? 500 : 2'000;
  return std::max({least, 20 * cell.connections, cell.idle});
}

}  // namespace

double total_of(const std::string& summary) {
  std::istringstream lines(summary);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    double calls = 0;
    std::string name;
    if (words >> calls >> name && name == "total") return calls;
  }
  throw std::runtime_error("strace has written no total: '" + summary + "'");
}

double system_calls_per_message(const std::string& command, const Cell& cell,
                                const std::optional<int>& core) {
  if (!is_installed("strace")) throw std::runtime_error("strace is not installed");
  const std::uint64_t few = cell.connections * cell.depth;
  const std::uint64_t more = more_messages(cell);
  const double calls_of_few = system_calls(command, cell, core, few);
  const double calls_of_many = system_calls(command, cell, core, few + more);
  return (calls_of_many - calls_of_few) / static_cast<double>(more);
}

}  // namespace load
