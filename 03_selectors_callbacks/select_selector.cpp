// The selector on select(2): two bit sets, copied and walked at every call.
#include <sys/select.h>

#include <cerrno>

#include "03_selectors_callbacks/selector.hpp"
#include "common/net/system_call.hpp"

namespace selectors {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

class SelectSelector final : public Selector {
  void add(int fd, Events events) override {
    if (fd >= FD_SETSIZE) {
      throw ValueError("descriptor " + std::to_string(fd) +
                       ": select(2) holds those below " +
                       std::to_string(FD_SETSIZE));
    }
    change(fd, events);
    if (fd > highest_) highest_ = fd;
  }

  void change(int fd, Events events) override {
    remove_bits(fd);
    if ((events & k_event_read) != 0) FD_SET(fd, &read_set_);
    if ((events & k_event_write) != 0) FD_SET(fd, &write_set_);
  }

  void remove(int fd) noexcept override {
    remove_bits(fd);
    while (highest_ >= 0 && !is_set(highest_)) --highest_;
  }

  void wait(Timeout timeout, std::vector<Report>& reports) override {
    fd_set readable = read_set_;  // copies: select overwrites what it is given
    fd_set writable = write_set_;
    std::optional<timeval> limit = to_timeval(timeout);
    const int n = ::select(highest_ + 1, &readable, &writable, nullptr,
                           limit ? &*limit : nullptr);
    if (n < 0 && errno == EINTR) return;
    net::checked(n, "select");
    for (int fd = 0; n > 0 && fd <= highest_; ++fd) {
      if (reports.size() == reports.capacity()) return;
      const Events events = (FD_ISSET(fd, &readable) ? k_event_read : 0) |
                            (FD_ISSET(fd, &writable) ? k_event_write : 0);
      if (events != 0) reports.push_back({fd, events});
    }
  }

  void remove_bits(int fd) noexcept {
    FD_CLR(fd, &read_set_);
    FD_CLR(fd, &write_set_);
  }

  [[nodiscard]] bool is_set(int fd) const noexcept {
    return FD_ISSET(fd, &read_set_) || FD_ISSET(fd, &write_set_);
  }

  // Rounded up, so that nobody is woken before the time.
  static std::optional<timeval> to_timeval(Timeout timeout) {
    if (!timeout) return std::nullopt;
    const auto rounded = std::chrono::ceil<microseconds>(*timeout);
    const auto whole = std::chrono::floor<seconds>(rounded);
    return timeval{.tv_sec = whole.count(),
                   .tv_usec = (rounded - whole).count()};
  }

  fd_set read_set_{};
  fd_set write_set_{};
  int highest_ = -1;
};

}  // namespace

std::unique_ptr<Selector> select_selector() {
  return std::make_unique<SelectSelector>();
}

}  // namespace selectors
