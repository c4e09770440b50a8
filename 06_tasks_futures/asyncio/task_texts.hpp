// What few tasks have, and no other pays for.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace asyncio {

/// A task's name, and the messages with which it and its wait were cancelled;
/// empty, unless they were set. One word until then.
class TaskTexts {
 public:
  [[nodiscard]] const std::string& name() const noexcept { return get().name; }
  [[nodiscard]] const std::string& message() const noexcept {
    return get().message;
  }
  [[nodiscard]] const std::string& wait_message() const noexcept {
    return get().wait_message;
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
  };

  [[nodiscard]] const Texts& get() const noexcept {
    static const Texts none;
    return texts_ ? *texts_ : none;
  }
  void set(std::string Texts::* text, std::string_view value) {
    if (!texts_ && value.empty()) return;
    if (!texts_) texts_ = std::make_unique<Texts>();
    (*texts_).*text = value;
  }

  std::unique_ptr<Texts> texts_;
};

}  // namespace asyncio
