// Where the standard streams of a child process go.
#pragma once

namespace asyncio {

/// Where one of them goes; where this process's goes, if nothing is said. A
/// number is a descriptor of this process, of which the child gets a copy; it
/// stays the caller's to close.
class Redirection {
 public:
  enum class Kind : unsigned char {
    inherited,
    pipe,
    devnull,
    as_stdout,
    descriptor
  };

  constexpr Redirection() noexcept = default;
  constexpr Redirection(int fd) noexcept : kind_(Kind::descriptor), fd_(fd) {}
  constexpr explicit Redirection(Kind kind) noexcept : kind_(kind) {}

  [[nodiscard]] constexpr Kind kind() const noexcept { return kind_; }
  /// -1 if it is none.
  [[nodiscard]] constexpr int fd() const noexcept { return fd_; }

 private:
  Kind kind_ = Kind::inherited;
  int fd_ = -1;
};

/// Python's subprocess.PIPE, DEVNULL and STDOUT.
namespace subprocess {

/// Through a pipe: the other end is the Process's.
inline constexpr Redirection pipe(Redirection::Kind::pipe);
/// Nothing comes, and nothing is kept: null(4).
inline constexpr Redirection devnull(Redirection::Kind::devnull);
/// For stderr: where stdout goes.
inline constexpr Redirection stdout_(Redirection::Kind::as_stdout);

}  // namespace subprocess
}  // namespace asyncio
