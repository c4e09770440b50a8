// What the tests of worker processes share: how a process says where it is, and
// how a test waits for that.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>

#include "06_tasks_futures/asyncio/pidfd.hpp"
#include "common/net/descriptor.hpp"
#include "common/net/system_call.hpp"

namespace asyncio {

/// Long enough for anything, on any machine.
constexpr int k_deadline_ms = 30'000;

/// Where processes tell the test their numbers: fifo(7).
class Notice {
 public:
  Notice() {
    net::checked(::mkfifo(path().c_str(), 0600), "mkfifo");
    fifo_ = net::Descriptor(::open(path().c_str(), O_RDWR | O_CLOEXEC));
  }
  Notice(const Notice&) = delete;
  Notice& operator=(const Notice&) = delete;
  ~Notice() { std::filesystem::remove_all(folder_); }

  /// For `tell`.
  [[nodiscard]] std::string path() const { return folder_ + "/fifo"; }

  /// Waits for the next that tells.
  [[nodiscard]] pid_t told() const {
    pollfd polled{fifo_.get(), POLLIN, 0};
    pid_t number = 0;
    EXPECT_EQ(net::retry([&] { return ::poll(&polled, 1, k_deadline_ms); }), 1);
    if (polled.revents == 0) return 0;
    EXPECT_EQ(::read(fifo_.get(), &number, sizeof number), sizeof number);
    return number;
  }

 private:
  static std::string make_folder() {
    std::string path = std::filesystem::temp_directory_path() / "notice.XXXXXX";
    if (!::mkdtemp(path.data())) throw net::last_error("mkdtemp");
    return path;
  }

  std::string folder_ = make_folder();
  net::Descriptor fifo_;
};

/// From whichever process.
inline void tell(const std::string& path, pid_t number) {
  const net::Descriptor fifo(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  net::checked(::write(fifo.get(), &number, sizeof number), "write");
}

[[noreturn]] inline void wait_for_a_signal() {
  while (true) ::pause();
}

inline pid_t tell_and_wait(const std::string& path) {
  tell(path, ::getpid());
  wait_for_a_signal();
}

/// Tells its process, and gives what it is told.
inline pid_t tell_and_be_told(const std::string& path,
                              const std::string& gate) {
  tell(path, ::getpid());
  pid_t number = 0;
  const net::Descriptor fifo(::open(gate.c_str(), O_RDONLY | O_CLOEXEC));
  net::checked(::read(fifo.get(), &number, sizeof number), "read");
  return number;
}

/// Whether `process` is gone, soon.
inline bool ends(pid_t process) {
  const net::Descriptor end = open_pidfd(process);
  if (!end) return errno == ESRCH;
  pollfd polled{end.get(), POLLIN, 0};
  return net::retry([&] { return ::poll(&polled, 1, k_deadline_ms); }) == 1;
}

/// Not even a zombie.
inline bool is_gone(pid_t process) {
  return ::kill(process, 0) < 0 && errno == ESRCH;
}

}  // namespace asyncio
