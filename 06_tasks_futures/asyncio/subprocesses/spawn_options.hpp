// What posix_spawn(3) is given, each with an owner.
#pragma once

#include <signal.h>
#include <spawn.h>

#include <system_error>

namespace asyncio {

/// For calls that give their error instead of setting errno. Throws
/// std::system_error with `what`.
template <typename Text>
void check_spawn(int error, const Text& what) {
  if (error) throw std::system_error(error, std::generic_category(), what);
}

/// What a child does, in this order, before it becomes the program:
/// posix_spawn_file_actions_init(3). One thread. All throw std::system_error.
class FileActions {
 public:
  FileActions() {
    check_spawn(::posix_spawn_file_actions_init(&actions_), "file actions");
  }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }

  void dup2(int from, int to) {
    check_spawn(::posix_spawn_file_actions_adddup2(&actions_, from, to),
                "dup2");
  }
  void enter(int directory) {
    check_spawn(::posix_spawn_file_actions_addfchdir_np(&actions_, directory),
                "fchdir");
  }
  void close_from(int fd) {
    check_spawn(::posix_spawn_file_actions_addclosefrom_np(&actions_, fd),
                "closefrom");
  }
  [[nodiscard]] const posix_spawn_file_actions_t* get() const noexcept {
    return &actions_;
  }

 private:
  posix_spawn_file_actions_t actions_{};
};

/// What becomes of the signals, and of the session: posix_spawnattr_init(3).
class SpawnAttributes {
 public:
  /// No signal is blocked. What is ignored stays so, but for those that this
  /// process may have its own reasons to ignore: SIGPIPE and SIGXFSZ.
  explicit SpawnAttributes(bool starts_new_session) {
    check_spawn(::posix_spawnattr_init(&attributes_), "spawn attributes");
    sigset_t set;
    ::sigemptyset(&set);
    ::posix_spawnattr_setsigmask(&attributes_, &set);
    ::sigaddset(&set, SIGPIPE);
    ::sigaddset(&set, SIGXFSZ);
    ::posix_spawnattr_setsigdefault(&attributes_, &set);
    const int flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                      (starts_new_session ? POSIX_SPAWN_SETSID : 0);
    ::posix_spawnattr_setflags(&attributes_, static_cast<short>(flags));
  }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
  ~SpawnAttributes() { ::posix_spawnattr_destroy(&attributes_); }

  [[nodiscard]] const posix_spawnattr_t* get() const noexcept {
    return &attributes_;
  }

 private:
  posix_spawnattr_t attributes_{};
};

}  // namespace asyncio
