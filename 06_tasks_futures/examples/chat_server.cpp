// A chat room: what one of them says, all others hear. Two tasks for each
// guest: one listens, the other tells what the others say.
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "06_tasks_futures/asyncio/finally.hpp"
#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sharing/queue.hpp"
#include "06_tasks_futures/asyncio/streams/server.hpp"
#include "06_tasks_futures/asyncio/waiting/task_group.hpp"
#include "06_tasks_futures/asyncio/waiting/wait_for.hpp"
#include "06_tasks_futures/examples/stop_signals.hpp"
#include "common/cli/server_program.hpp"
#include "common/net/stop.hpp"

namespace {

using asyncio::Coroutine;
using asyncio::Queue;
using asyncio::Server;
using asyncio::StreamReader;
using asyncio::StreamWriter;
using asyncio::Task;
using asyncio::TaskGroup;
using examples::StopSignals;

// [region room]
/// A guest. What they have not been told yet waits in a queue of their own: so
/// nobody waits for them.
struct Member {
  Member(std::string its_name, StreamWriter its_writer)
      : name(std::move(its_name)), writer(std::move(its_writer)) {}

  /// Nothing more fits into the connection, and a hundred messages wait.
  [[nodiscard]] bool is_behind() const {
    return writer.get_write_buffer_size() > 0 && messages.qsize() >= 100;
  }

  std::string name;
  StreamWriter writer;
  Queue<std::string> messages;
};

/// Who is there.
class Room {
 public:
  void enter(Member& member) {
    tell_all(member.name + " has come\n", nullptr);
    members_.insert(&member);
  }
  void leave(Member& member) {
    members_.erase(&member);
    tell_all(member.name + " has left\n", nullptr);
  }
  /// Whoever is too far behind is thrown out.
  void tell_all(const std::string& text, const Member* but) {
    for (Member* member : members_) {
      if (member == but) continue;
      if (member->is_behind()) {
        member->writer.abort();
      } else {
        member->messages.put_nowait(text);
      }
    }
  }

 private:
  std::set<Member*> members_;
};
// [end room]

/// Of ASCII, or of what Latin-1 has added to it: as UTF-8, two bytes.
bool is_control(std::string_view text) {
  const char c = text.front();
  if (c == '\xc2') return text.size() > 1 && text[1] < '\xa0';
  return (c >= '\0' && c < ' ' && c != '\t') || c == '\x7f';
}

/// Without its end, and without what would move somebody's cursor.
std::string plain(std::string_view line) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  std::string text;
  while (!line.empty()) {
    const bool is_two_bytes = line.front() == '\xc2' && line.size() > 1;
    const std::string_view first = line.substr(0, is_two_bytes ? 2 : 1);
    text += is_control(first) ? "?" : first;
    line.remove_prefix(first.size());
  }
  return text;
}

// [region tasks]
/// Until the connection ends, or a line is too long.
Coroutine<> listen_to(Room& room, Member& member, StreamReader reader) {
  try {
    auto lines = reader.lines();
    while (const std::string* line = co_await lines.next()) {
      room.tell_all(member.name + ": " + plain(*line) + "\n", &member);
    }
  } catch (const std::system_error&) {
  } catch (const asyncio::ValueError&) {
  }
}

/// Until it is cancelled, or the connection is lost.
Coroutine<> tell(Member& member) {
  try {
    while (true) {
      const std::string message = co_await member.messages.get();
      member.writer.write(message);
      co_await member.writer.drain();
    }
  } catch (const std::system_error&) {
    member.writer.abort();  // nothing more to listen to
  }
}

Coroutine<> stay(Room& room, Member& member, StreamReader reader) {
  co_await asyncio::task_group([&](TaskGroup& group) -> Coroutine<> {
    const Task<> telling = group.create_task(tell(member));
    co_await group.create_task(listen_to(room, member, reader));
    telling.cancel();
  });
}
// [end tasks]

// [region visit]
/// One visit, from the door to the door.
Coroutine<> visit(Room& room, StreamReader reader, StreamWriter writer) {
  writer.write("What is your name?\n");
  const std::string answer = co_await reader.readline();
  Member member(plain(answer), writer);
  if (member.name.empty()) co_return;
  room.enter(member);
  const asyncio::Finally at_end([&] { room.leave(member); });
  co_await stay(room, member, reader);
}

/// Whoever is lost at the door, or has too long a name, ends this visit and
/// nothing else.
Coroutine<> receive(Room& room, StreamReader reader, StreamWriter writer) {
  try {
    co_await visit(room, reader, writer);
  } catch (const std::system_error&) {
  } catch (const asyncio::ValueError&) {
  }
}
// [end visit]

Coroutine<> serve(net::Descriptor& listener, net::Log& log, Room& room) {
  log.listening(listener);
  const auto handler = [&room](StreamReader reader, StreamWriter writer) {
    return receive(room, std::move(reader), std::move(writer));
  };
  const Server server =
      co_await asyncio::start_server(handler, std::move(listener));
  StopSignals stop;
  co_await stop.wait();
  server.close();
  server.close_clients();
  try {
    co_await asyncio::wait_for(server.wait_closed(), net::k_stop_grace);
  } catch (const asyncio::TimeoutError&) {
    server.abort_clients();
  }
}

}  // namespace

int main(int argc, char** argv) {
  return cli::ServerProgram("A chat room: nc is all that a guest needs.")
      .run(argc, argv, [](net::Descriptor& listener, net::Log& log) {
        Room room;  // outlives the loop and its tasks
        asyncio::run(serve(listener, log, room));
      });
}
