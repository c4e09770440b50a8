"""One message on its way through the generator server, step by step."""
import select
import socket


# [region server]
def server(listener):
    while True:
        yield "read", listener
        client, address = listener.accept()
        show("Connection from %s:%d" % address)
        add(echo(client))
# [end server]


# [region echo]
def echo(client):
    with client:
        while True:
            yield "read", client
            message = client.recv(64)
            if not message:
                return
            show("echo receives " + message.decode())
            yield "write", client
            client.send(message)
            show("echo sends " + message.decode())
# [end echo]


# [region turn]
def turn():
    if not tasks:
        readable, writable, _ = select.select(to_read, to_write, [])
        for waiting, ready in ((to_read, readable), (to_write, writable)):
            for sock in ready:
                show(f"selector: {waiting[sock].__name__} is ready")
                tasks.append(waiting.pop(sock))
    while tasks:
        task = tasks.pop(0)
        try:
            show(f"{task.__name__} runs")
            reason, sock = next(task)
            (to_read if reason == "read" else to_write)[sock] = task
        except StopIteration:
            show("Done")
    show("end of the turn")
# [end turn]


def add(task):
    tasks.append(task)
    show(f"{task.__name__} is added")


def show(what):
    print(f"{what:<32}{names(tasks):<9}{names(to_read.values()):<14}"
          f"{names(to_write.values())}")


def names(generators):
    return ", ".join(task.__name__ for task in generators) or "-"


# [region run]
tasks, to_read, to_write = [], {}, {}
print(f"{'':<32}{'queue':<9}{'to_read':<14}to_write")
with socket.create_server(("127.0.0.1", 0)) as listener:
    add(server(listener))
    turn()
    with socket.create_connection(listener.getsockname()) as client:
        show("a client connects")
        turn()
        client.send(b"hello")
        show("it sends hello")
        turn()  # echo receives
        turn()  # and sends
        show("the client receives " + client.recv(64).decode())
    show("and leaves")
    turn()
# [end run]
