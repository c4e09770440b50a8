#include "03_selectors_callbacks/selector.hpp"

#include <algorithm>
#include <climits>
#include <new>
#include <utility>

namespace selectors {
namespace {

void check_events(Events events) {
  const bool known = (events & ~(k_event_read | k_event_write)) == 0;
  if (events != 0 && known) return;
  throw ValueError("events " + std::to_string(events) +
                   ": expected k_event_read, k_event_write or both");
}

std::string named(int fd) {
  return "descriptor " + std::to_string(fd);
}

const KeyPointer k_unregistered;

}  // namespace

Selector::Selector() {
  constexpr std::size_t k_a_few = 16;
  reports_.reserve(k_a_few);
  ready_.reserve(k_a_few);
}

// [region register]
KeyPointer Selector::register_(int fd, Events events, Callback data) {
  check_events(events);
  if (fd < 0) throw ValueError(named(fd) + ": expected zero or more");
  if (find(fd)) throw KeyError(named(fd) + " is already registered");
  const auto place = static_cast<std::size_t>(fd);
  if (place >= keys_.size()) keys_.resize(place + 1);
  auto key = std::make_shared<const SelectorKey>(fd, events, std::move(data));
  add(fd, events);
  return keys_[place] = std::move(key);
}
// [end register]

KeyPointer Selector::modify(int fd, Events events, Callback data) {
  check_events(events);
  const KeyPointer before = get_key(fd);
  auto key = std::make_shared<const SelectorKey>(fd, events, std::move(data));
  if (events != before->events) change(fd, events);
  return keys_[static_cast<std::size_t>(fd)] = std::move(key);
}

KeyPointer Selector::unregister(int fd) {
  KeyPointer key = get_key(fd);
  keys_[static_cast<std::size_t>(fd)].reset();
  remove(fd);
  return key;
}

// [region select]
std::span<const Ready> Selector::select(Timeout timeout) {
  if (timeout) timeout = std::max(*timeout, std::chrono::nanoseconds::zero());
  reports_.clear();
  ready_.clear();  // before the wait: nothing is kept alive through it
  make_room();
  wait(timeout, reports_);
  for (const Report& report : reports_) {
    const KeyPointer& key = find(report.fd);
    if (!key) continue;
    const Events events = report.events & key->events;
    if (events != 0) ready_.push_back({key, events});
  }
  return ready_;
}
// [end select]

// For all that can be ready at once, and never for more reports than for what
// is made of them. If there is no memory for that, fewer at a time will do: the
// others are still ready at the next call.
void Selector::make_room() noexcept {
  try {
    ready_.reserve(keys_.capacity());  // which doubles; its size does not
    reports_.reserve(ready_.capacity());
  } catch (const std::bad_alloc&) {
  }
}

const KeyPointer& Selector::find(int fd) const noexcept {
  const auto place = static_cast<std::size_t>(fd);
  return fd >= 0 && place < keys_.size() ? keys_[place] : k_unregistered;
}

KeyPointer Selector::get_key(int fd) const {
  if (const KeyPointer& key = find(fd)) return key;
  throw KeyError(named(fd) + " is not registered");
}

std::map<int, KeyPointer> Selector::get_map() const {
  std::map<int, KeyPointer> map;
  for (const KeyPointer& key : keys_) {
    if (key) map.emplace_hint(map.end(), key->fd, key);
  }
  return map;
}

bool Selector::is_registered(const KeyPointer& key) const noexcept {
  return find(key->fd) == key;
}

int Selector::in_milliseconds(Timeout timeout) noexcept {
  using std::chrono::milliseconds;
  if (!timeout) return -1;
  const auto rounded = std::chrono::ceil<milliseconds>(*timeout).count();
  return static_cast<int>(std::min<milliseconds::rep>(rounded, INT_MAX));
}

std::unique_ptr<Selector> default_selector() {
  return epoll_selector();
}

std::unique_ptr<Selector> selector_named(const std::string& name) {
  if (name == "select") return select_selector();
  if (name == "poll") return poll_selector();
  if (name == "epoll") return epoll_selector();
  if (name == "default") return default_selector();
  throw ValueError("selector '" + name +
                   "': expected select, poll, epoll or default");
}

}  // namespace selectors
