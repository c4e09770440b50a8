// The summit in small: a future, a task and a loop, and an echo that runs on
// them. Chapter 5's generators pause, chapter 3's selector waits. Left out: a
// future's value, cancellation, and to forget tasks that have ended.
#include <sys/socket.h>

#include <chrono>
#include <coroutine>
#include <cstdio>
#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "03_selectors_callbacks/selector.hpp"
#include "05_coroutines/generator.hpp"
#include "common/net/chunk.hpp"
#include "common/net/socket_pair.hpp"

namespace {

using namespace std::chrono_literals;
using coroutines::Generator;
using coroutines::None;
using net::Chunk;
using net::Descriptor;

// [region future]
using Callback = std::function<void()>;
void call_soon(Callback callback);  // the loop's, below

/// Something that is still to come, and whom to call then.
class Future {
 public:
  [[nodiscard]] bool done() const { return is_done_; }
  void result() const {
    if (!is_done_) throw std::logic_error("Result is not set.");
    if (exception_) std::rethrow_exception(exception_);
  }
  void set_result() {
    is_done_ = true;
    for (Callback& callback : callbacks_) call_soon(std::move(callback));
    callbacks_.clear();
  }
  void set_exception(std::exception_ptr exception) {
    exception_ = std::move(exception);
    set_result();
  }
  void add_done_callback(Callback callback) {
    if (is_done_) return call_soon(std::move(callback));
    callbacks_.push_back(std::move(callback));
  }

 private:
  bool is_done_ = false;
  std::exception_ptr exception_;
  std::vector<Callback> callbacks_;
};
// [end future]

// [region coroutine]
/// A generator that yields the futures for which it waits.
template <typename T = void>
class [[nodiscard]] Coroutine : public Generator<Future*, None, T> {
 public:
  class promise_type;

 private:
  using Generator<Future*, None, T>::Generator;
};

template <typename T>
class Coroutine<T>::promise_type
    : public Generator<Future*, None, T>::promise_type {
 public:
  Coroutine get_return_object() {
    this->handle = std::coroutine_handle<promise_type>::from_promise(*this);
    return Coroutine(*this);
  }

  auto await_transform(Future& future) { return Wait{*this, &future}; }
  template <typename Result>
  auto await_transform(Coroutine<Result>&& callee) {
    return this->yield_value(coroutines::from(std::move(callee)));
  }

 private:
  struct Wait {
    coroutines::Frame<Future*, None>& frame;
    Future* future;

    bool await_ready() const { return future->done(); }
    void await_suspend(std::coroutine_handle<> /*self*/) {
      frame.yielded = &future;
    }
    void await_resume() const { future->result(); }
  };
};
// [end coroutine]

// [region task]
/// A coroutine that runs by itself, and the future of its end.
class Task : public Future {
 public:
  explicit Task(Coroutine<> coroutine) : coroutine_(std::move(coroutine)) {
    call_soon([this] { step(); });
  }

 private:
  void step() {
    try {
      if (Future* const* waited = coroutine_.next()) {
        (*waited)->add_done_callback([this] { step(); });
      } else {
        set_result();
      }
    } catch (...) {
      set_exception(std::current_exception());
    }
  }

  Coroutine<> coroutine_;
};
// [end task]

// [region loop]
/// Gives everybody who is ready a turn; if nobody is, it waits.
class EventLoop {
 public:
  void run_until_complete(Coroutine<> main) {
    running = this;
    const Task& task = create_task(std::move(main));
    while (!task.done()) run_once();
    task.result();
  }
  Task& create_task(Coroutine<> coroutine) {
    return tasks_.emplace_back(std::move(coroutine));
  }
  void call_soon(Callback callback) { ready_.push_back(std::move(callback)); }
  [[nodiscard]] selectors::Selector& selector() { return *selector_; }

  static inline EventLoop* running = nullptr;

 private:
  void run_once() {
    std::optional<std::chrono::nanoseconds> timeout;  // none: it waits
    if (!ready_.empty()) timeout = 0ns;
    for (const auto& [key, events] : selector_->select(timeout)) {
      key->data(events);
    }
    const auto turn = std::exchange(ready_, {});
    for (const Callback& callback : turn) callback();
  }

  std::unique_ptr<selectors::Selector> selector_ =
      selectors::default_selector();
  std::vector<Callback> ready_;
  std::list<Task> tasks_;  // they stay where they are
};

void call_soon(Callback callback) {
  EventLoop::running->call_soon(std::move(callback));
}
Task& create_task(Coroutine<> coroutine) {
  return EventLoop::running->create_task(std::move(coroutine));
}
// [end loop]

/// Waits until `fd` is readable, or writable.
Coroutine<> wait_for(int fd, selectors::Events event) {
  selectors::Selector& selector = EventLoop::running->selector();
  Future ready;
  selector.register_(fd, event, [&](selectors::Events) { ready.set_result(); });
  co_await ready;
  selector.unregister(fd);
}

Coroutine<Chunk> receive(const Descriptor& socket) {
  co_await wait_for(socket.get(), selectors::k_event_read);
  Chunk chunk = Chunk::borrow();
  const ssize_t n = ::recv(socket.get(), chunk.space().data(),
                           chunk.space().size(), MSG_DONTWAIT);
  chunk.fill(static_cast<std::size_t>(net::checked(n, "recv")));
  co_return std::move(chunk);
}

Coroutine<> send_all(const Descriptor& socket, Chunk& chunk) {
  while (chunk) {
    co_await wait_for(socket.get(), selectors::k_event_write);
    const ssize_t n = ::send(socket.get(), chunk.bytes().data(),
                             chunk.bytes().size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    chunk.drop_front(static_cast<std::size_t>(net::checked(n, "send")));
  }
}

// [region echo]
Coroutine<> echo(Descriptor client) {
  while (Chunk chunk = co_await receive(client)) {
    co_await send_all(client, chunk);
  }
}
// [end echo]

// [region talk]
Coroutine<> talk(std::string name, std::string message) {
  net::SocketPair sockets;
  Task& server = create_task(echo(std::move(sockets.there)));
  std::printf("%s sends %s\n", name.c_str(), message.c_str());
  Chunk chunk = Chunk::borrow();
  message.copy(reinterpret_cast<char*>(chunk.space().data()), message.size());
  chunk.fill(message.size());
  co_await send_all(sockets.here, chunk);
  chunk = co_await receive(sockets.here);
  message.assign(reinterpret_cast<const char*>(chunk.bytes().data()),
                 chunk.bytes().size());
  std::printf("%s receives %s\n", name.c_str(), message.c_str());
  sockets.here.close();  // for the echo, the end of the stream
  co_await server;
}

Coroutine<> talk_both() {
  Task& a = create_task(talk("A", "hello"));
  Task& b = create_task(talk("B", "good morning"));
  co_await a;
  co_await b;
}
// [end talk]

}  // namespace

int main() {
  EventLoop().run_until_complete(talk_both());
}
