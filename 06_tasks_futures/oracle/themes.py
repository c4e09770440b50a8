"""What programs are about: for each theme the statements that wait, and those that don't."""
from __future__ import annotations

from typing import Callable

from operands import Operands, Place
from program import Statement, statement

THEMES = {"timeouts": 4, "gather": 4, "wait": 3, "shield": 3, "group": 4, "futures": 4,
          "callbacks": 3, "locks": 3, "semaphores": 3, "events": 2, "conditions": 3,
          "queues": 4, "barriers": 2}

Statements = list


class Themes(Operands):
    """For a Generator, which has the blocks."""

    def theme_waits(self, theme: str, place: Place) -> list[Callable[[], Statements]]:
        return getattr(self, "waits_of_" + theme)(place)

    def waits_of_timeouts(self, place: Place) -> list:
        waits = [lambda: self.timeout(place), lambda: self.timeout(place)]
        if "wait_for" in self.features:
            waits += [lambda: self.wait_for(place), lambda: self.wait_for(place)]
        return waits

    def wait_for(self, place: Place) -> Statements:
        items = self.items(place, 1)
        return [statement("wait_for", self.limit(), items[0])] if items else []

    def waits_of_gather(self, place: Place) -> list:
        return [lambda: self.gather(place), lambda: self.gather(place),
                lambda: self.gather_to(place)]

    def gather(self, place: Place) -> Statements:
        mode = self.random.choice(["raise", "return"])
        return [statement("gather", mode, *self.items(place, self.random.between(1, 3)))]

    def gather_to(self, place: Place) -> Statements:
        mode = self.random.choice(["raise", "return"])
        items = self.items(place, self.random.between(1, 3))
        slot = self.slots
        self.slots += 1
        start = statement("gather_to", slot, mode, *items)
        between = self.random.weighted({"sleep": 4, "cancel": 3, "": 3})
        middle = {"sleep": [statement("sleep", self.duration())],
                  "cancel": [statement("cancel", slot, *self.message())], "": []}[between]
        return [start, *middle, statement("await", slot)]

    def waits_of_wait(self, place: Place) -> list:
        return [lambda: self.wait(), lambda: self.wait(), lambda: self.as_completed()]

    def wait(self) -> Statements:
        if not self.known:
            return []
        mode = self.random.choice(["all", "first", "exception"])
        limit = "-" if self.random.chance(40) else self.limit()
        return [statement("wait", mode, limit, *self.some_slots())]

    def as_completed(self) -> Statements:
        if not self.known:
            return []
        limit = "-" if self.random.chance(40) else self.limit()
        return [statement("as_completed", limit, *self.some_slots())]

    def waits_of_shield(self, place: Place) -> list:
        return [lambda: self.shield(place), lambda: self.shield(place),
                lambda: self.shield_to(place)]

    def shield(self, place: Place) -> Statements:
        return [statement("shield", self.slot(place))] if self.known else []

    def shield_to(self, place: Place) -> Statements:
        if not self.known:
            return []
        inner = self.slot(place)
        outer = self.new_slot()
        middle = self.random.choice([[], [statement("cancel", outer, *self.message())],
                                     [statement("sleep", self.duration())]])
        return [statement("shield_to", outer, inner), *middle, statement("await", outer)]

    def waits_of_group(self, place: Place) -> list:
        return [lambda: self.group(place)]

    def spawn_in(self, place: Place) -> Statements:
        body = self.body(place)
        return [] if body is None else [statement("spawn_in", self.new_slot(), body)]

    def waits_of_futures(self, place: Place) -> list:
        return [lambda: [statement("await", self.random.choice(self.futures))]]

    def waits_of_callbacks(self, place: Place) -> list:
        return []

    def waits_of_locks(self, place: Place) -> list:
        return [lambda: self.with_block("lock", self.shared("locks"), place),
                lambda: self.with_block("lock", self.shared("locks"), place),
                lambda: self.between("lock", self.shared("locks"), place)]

    def waits_of_semaphores(self, place: Place) -> list:
        return [lambda: self.with_block("semaphore", self.shared("semaphores"), place),
                lambda: self.with_block("semaphore", self.shared("semaphores"), place),
                lambda: self.between("semaphore", self.shared("semaphores"), place)]

    def with_block(self, kind: str, number: int, place: Place) -> Statements:
        block = statement("with", kind, number)
        block.block = self.block(place.inside(kind)) if place.depth < 4 else []
        return [block]

    def between(self, kind: str, number: int, place: Place) -> Statements:
        middle = self.plain_wait(place) if self.random.chance(70) else []
        release = [statement(kind + ".release", number)] if self.random.chance(85) else []
        return [statement(kind + ".acquire", number), *middle, *release]

    def waits_of_events(self, place: Place) -> list:
        return [lambda: [statement("event.wait", self.shared("events"))]]

    def waits_of_conditions(self, place: Place) -> list:
        return [lambda: self.condition(place)]

    def condition(self, place: Place) -> Statements:
        number = self.shared("conditions")
        random = self.random
        waits = random.weighted({"wait": 5, "wait_for": 5, "change": 14, "unlocked": 1})
        if waits == "unlocked":
            return [statement("condition.wait", number)]
        block = statement("with", "condition", number)
        if waits == "wait":
            block.block = [statement("condition.wait", number)]
        elif waits == "wait_for":
            block.block = [statement("condition.wait_for", number, random.between(1, 3))]
        else:
            block.block = [statement("condition.add", number, random.between(1, 2)),
                           self.notify(number)]
        if random.chance(25):
            block.block.insert(random.below(2), statement("sleep", self.duration()))
        if waits == "change" and random.chance(60):  # that others wait by then
            return [statement("sleep", self.duration()), block]
        return [block]

    def notify(self, number: int) -> Statement:
        if self.random.chance(40):
            return statement("condition.notify_all", number)
        return statement("condition.notify", number, self.random.between(1, 2))

    def waits_of_queues(self, place: Place) -> list:
        queue = self.shared("queues")
        return [lambda: [statement("queue.put", queue, self.number())],
                lambda: [statement("queue.put", queue, self.number())],
                lambda: [statement("queue.get", queue)],
                lambda: [statement("queue.get", queue)],
                lambda: [statement("queue.get", queue), statement("queue.task_done", queue)],
                lambda: [statement("queue.join", queue)]]

    def waits_of_barriers(self, place: Place) -> list:
        number = self.shared("barriers")
        wait = lambda: [statement("barrier.wait", number)]
        return [wait, wait, wait, wait, wait,
                lambda: [statement("barrier.reset", number)],
                lambda: [statement("barrier.abort", number)]]

    def theme_acts(self, theme: str, place: Place) -> list[Callable[[], Statements]]:
        maker = getattr(self, "acts_of_" + theme, None)
        return maker(place) if maker else []

    def acts_of_timeouts(self, place: Place) -> list:
        if "timeout" not in place.within:
            return []
        return [lambda: [statement("reschedule", self.limit())], lambda: [statement("expired")]]

    def acts_of_group(self, place: Place) -> list:
        return [lambda: self.spawn_in(place)] if "callback" not in place.within else []

    def acts_of_futures(self, place: Place) -> list:
        future = self.random.choice(self.futures)
        return [lambda: [statement("set_result", future, self.number())],
                lambda: [statement("set_result", future, self.number())],
                lambda: [statement("set_exception", future, self.number())],
                lambda: [statement("cancel", future, *self.message())],
                lambda: [statement(self.random.choice(["result", "exception"]), future)]]

    def acts_of_callbacks(self, place: Place) -> list:
        first = place.body - 1000 + 1 if place.body >= 1000 else 0
        if first >= self.callback_count:
            return []
        number = self.random.between(first, self.callback_count - 1)
        acts = [lambda: [statement("soon", self.new_handle(), number)],
                lambda: [statement("later", self.new_handle(), self.duration(), number)]]
        if self.known:
            acts += [lambda: [statement("on_done", self.slot(place), number)]] * 2
        if self.handles:
            acts.append(lambda: [statement("cancel_handle", self.random.below(self.handles))])
        return acts

    def acts_of_locks(self, place: Place) -> list:
        return self.acts_of_both("lock", self.shared("locks"))

    def acts_of_semaphores(self, place: Place) -> list:
        return self.acts_of_both("semaphore", self.shared("semaphores"))

    def acts_of_both(self, kind: str, number: int) -> list:
        return [lambda: [statement(kind + ".release", number)],
                lambda: [statement(kind + ".locked", number)]]

    def acts_of_events(self, place: Place) -> list:
        event = self.shared("events")
        return [lambda: [statement("event.set", event)], lambda: [statement("event.set", event)],
                lambda: [statement("event.clear", event)]]

    def acts_of_conditions(self, place: Place) -> list:
        number = self.shared("conditions")
        add = lambda: [statement("condition.add", number, self.random.between(1, 2))]
        return [add, add, add, lambda: [self.notify(number)]]

    def acts_of_queues(self, place: Place) -> list:
        queue = self.shared("queues")
        acts = [lambda: [statement("queue.put_nowait", queue, self.number())],
                lambda: [statement("queue.put_nowait", queue, self.number())],
                lambda: [statement("queue.get_nowait", queue)],
                lambda: [statement("queue.task_done", queue)],
                lambda: [statement("queue.size", queue)]]
        if "shutdown" in self.features:
            acts.append(lambda: [statement("queue.shutdown", queue,
                                           self.random.choice(["now", "later"]))])
        return acts

    def acts_of_barriers(self, place: Place) -> list:
        return [lambda: [statement("barrier.look", self.shared("barriers"))]]
