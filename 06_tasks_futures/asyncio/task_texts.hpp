// What few tasks have, and no other pays for.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "06_tasks_futures/asyncio/debugging/debug_mode.hpp"

namespace asyncio {

/// A task's name, the messages with which it and its wait were cancelled, and
/// in debug mode where it comes from; empty, unless they were set. One word
/// until then.
class TaskTexts {
 public:
  [[nodiscard]] const std::string& name() const noexcept { return get().name; }
  [[nodiscard]] const std::string& message() const noexcept {
    return get().message;
  }
  [[nodiscard]] const std::string& wait_message() const noexcept {
    return get().wait_message;
  }
  /// Of its coroutine, and where it was made a task; nowhere, unless set.
  [[nodiscard]] Place function() const noexcept { return get().function; }
  [[nodiscard]] Place creation() const noexcept { return get().creation; }
  void set_places(Place function, Place creation) {
    make();
    texts_->function = function;
    texts_->creation = creation;
  }
  void set_name(std::string_view name) { set(&Texts::name, name); }
  void set_message(std::string_view message) { set(&Texts::message, message); }
  void set_wait_message(std::string_view message) {
    set(&Texts::wait_message, message);
  }

 private:
  struct Texts {
    std::string name;
    std::string message;
    std::string wait_message;
    Place function;
    Place creation;
  };

  [[nodiscard]] const Texts& get() const noexcept {
    static const Texts none;
    return texts_ ? *texts_ : none;
  }
  void set(std::string Texts::* text, std::string_view value) {
    if (!texts_ && value.empty()) return;
    make();
    (*texts_).*text = value;
  }
  void make() {
    if (!texts_) texts_ = std::make_unique<Texts>();
  }

  std::unique_ptr<Texts> texts_;
};

}  // namespace asyncio
