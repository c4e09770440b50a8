#include "06_tasks_futures/asyncio/process_pool/remote_call.hpp"

#include <exception>

#include "06_tasks_futures/asyncio/process_pool/forking.hpp"
#include "06_tasks_futures/asyncio/process_pool/remote_exception.hpp"

namespace asyncio {
namespace {

/// How the call ended: the first thing that an answer says.
enum class Ending : std::uint8_t { returned, threw };

Bytes answer_with_exception() {
  Marshaller answer;
  answer.write(Ending::threw);
  write_exception(answer);
  flush_output();
  return std::move(answer).finish();
}

}  // namespace

Bytes answer_to(const Bytes& request) {
  try {
    Marshaller answer;
    answer.write(Ending::returned);
    Unmarshaller call(request);
    const auto make = std::bit_cast<void (*)(Unmarshaller&, Marshaller&)>(
        call.read<std::uintptr_t>());
    make(call, answer);
    flush_output();
    return std::move(answer).finish();
  } catch (...) {
    return answer_with_exception();
  }
}

void check_ending(Unmarshaller& answer) {
  if (answer.read<Ending>() == Ending::threw) {
    std::rethrow_exception(read_exception(answer));
  }
}

}  // namespace asyncio
