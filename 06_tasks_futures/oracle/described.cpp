#include "06_tasks_futures/oracle/described.hpp"

#include "06_tasks_futures/asyncio/exceptions.hpp"
#include "06_tasks_futures/asyncio/sharing/barrier.hpp"
#include "06_tasks_futures/asyncio/sharing/queue.hpp"
#include "06_tasks_futures/asyncio/waiting/exception_group.hpp"

namespace oracle {
namespace {

// Behind a colon or a bracket comes what differs: an object's repr.
std::string with_message(const std::string& name, const std::string& what) {
  std::string message = what.substr(0, what.find_first_of("<:"));
  const std::size_t last = message.find_last_not_of(' ');
  message.resize(last == std::string::npos ? 0 : last + 1);
  return message.empty() ? name : name + "(" + message + ")";
}

std::string described_group(const asyncio::ExceptionGroup& group) {
  std::string text = "Group(";
  for (const std::exception_ptr& each : group.exceptions()) {
    if (text.back() != '(') text += ' ';
    text += described(each);
  }
  return text + ")";
}

}  // namespace

std::string described(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const Error& raised) {
    return with_message("Error", raised.what());
  } catch (const asyncio::CancelledError& raised) {
    return with_message("CancelledError", raised.what());
  } catch (const asyncio::ExceptionGroup& raised) {
    return described_group(raised);
  } catch (const asyncio::BrokenBarrierError& raised) {
    return with_message("BrokenBarrierError", raised.what());
  } catch (const asyncio::RuntimeError& raised) {
    return with_message("RuntimeError", raised.what());
  } catch (const asyncio::ValueError& raised) {
    return with_message("ValueError", raised.what());
  } catch (const asyncio::TimeoutError&) {
    return "TimeoutError";
  } catch (const asyncio::InvalidStateError&) {
    return "InvalidStateError";
  } catch (const asyncio::QueueEmpty&) {
    return "QueueEmpty";
  } catch (const asyncio::QueueFull&) {
    return "QueueFull";
  } catch (const asyncio::QueueShutDown&) {
    return "QueueShutDown";
  } catch (const std::exception& raised) {
    return std::string("unknown: ") + raised.what();
  }
}

std::string listed(const std::vector<std::string>& items) {
  std::string text = "[";
  for (const std::string& item : items) {
    if (text.size() > 1) text += ' ';
    text += item;
  }
  return text + "]";
}

std::string described(const std::vector<int>& numbers) {
  std::vector<std::string> items;
  for (const int number : numbers) items.push_back(described(number));
  return listed(items);
}

std::string described(const std::vector<asyncio::Outcome<int>>& outcomes) {
  std::vector<std::string> items;
  for (const asyncio::Outcome<int>& each : outcomes) {
    items.push_back(each.has_value() ? described(each.value())
                                     : described(each.exception()));
  }
  return listed(items);
}

bool is_caught(const std::exception_ptr& error, const std::string& kind) {
  if (kind == "all") return true;
  try {
    std::rethrow_exception(error);
  } catch (const asyncio::CancelledError&) {
    return kind == "cancelled";
  } catch (const asyncio::TimeoutError&) {
    return kind == "timeout" || kind == "error";
  } catch (...) {
    return kind == "error";
  }
}

}  // namespace oracle
