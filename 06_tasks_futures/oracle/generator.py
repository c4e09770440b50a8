"""From a seed to a program: the same for every Python from 3.9 on, on every machine.

A program is about two or three subjects (THEMES), so that what it does meets itself
again. Times are short and often 0, and what ends a wait often stands beside a cancel:
the errors are where two things happen in one turn of the loop.
"""
from __future__ import annotations

from typing import Callable, Optional

from program import Program, Statement, statement

# What has come, or come to be as it is in 3.13, with a version of Python. Themes and
# statements that need it are left out for Pythons before that; and all of them for those
# after 3.13, of which nobody knows yet.
SINCE = {
    "wait_for": (3, 13),
    "uncancel": (3, 13),
    "gather_done": (3, 13),  # of what is done already
    "group": (3, 13),
    "conditions": (3, 13),
    "barriers": (3, 13),  # which stand on conditions
    "shutdown": (3, 13),
    "timeouts": (3, 12),
}
CHANGED_LATER = frozenset({"shield"})
REFERENCE = (3, 13)
EVERYTHING = CHANGED_LATER.union(SINCE)
THEMES = {"timeouts": 4, "gather": 4, "wait": 3, "shield": 3, "group": 4, "futures": 4,
          "callbacks": 3, "locks": 3, "semaphores": 3, "events": 2, "conditions": 3,
          "queues": 4, "barriers": 2}

# What often fails.
RISKY = {"lock.release", "semaphore.release", "condition.notify", "condition.notify_all",
         "queue.get_nowait", "queue.put_nowait", "queue.task_done", "set_result",
         "set_exception", "result", "exception", "raise"}


def features_of(version: tuple[int, ...]) -> frozenset[str]:
    """What a program may have if it is to do the same there as in the REFERENCE."""
    version = version[:2]
    if version > REFERENCE:
        return frozenset()
    return CHANGED_LATER | {name for name, since in SINCE.items() if version >= since}


class Random:
    """SplitMix64."""

    def __init__(self, seed: int):
        self.state = seed & (2**64 - 1)

    def next(self) -> int:
        self.state = (self.state + 0x9E3779B97F4A7C15) & (2**64 - 1)
        mixed = self.state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & (2**64 - 1)
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & (2**64 - 1)
        return mixed ^ (mixed >> 31)

    def below(self, n: int) -> int:
        return self.next() % n

    def between(self, least: int, most: int) -> int:
        return least + self.below(most - least + 1)

    def chance(self, percent: int) -> bool:
        return self.below(100) < percent

    def choice(self, items: list):
        return items[self.below(len(items))]

    def weighted(self, weights: dict):
        left = self.below(sum(weights.values()))
        for item, weight in weights.items():
            left -= weight
            if left < 0:
                return item
        raise AssertionError("no weights")

    def sample(self, items: list, n: int) -> list:
        rest = list(items)
        return [rest.pop(self.below(len(rest))) for _ in range(min(n, len(rest)))]


class Place:
    """Where a statement comes to stand."""

    def __init__(self, body: int, depth: int = 0, within: frozenset[str] = frozenset()):
        self.body = body
        self.depth = depth
        self.within = within

    def inside(self, what: str) -> "Place":
        return Place(self.body, self.depth + 1, self.within | {what})


Statements = list


class Generator:
    def __init__(self, seed: int, features: frozenset[str] = EVERYTHING):
        self.random = Random(seed)
        self.features = features
        self.program = Program(seed)
        self.left = 0           # statements that the body may still have
        self.slots = 0          # so many are in use
        self.early = 0          # so many of those known are filled at the beginning
        self.known: list[int] = []  # slots that are likely to be filled
        self.runs: dict[int, int] = {}  # of a slot's task: its body
        self.futures: list[int] = []
        self.gathers: list[int] = []
        self.handles = 0
        self.counts: dict[str, int] = {}  # of what is shared
        self.themes: list[str] = []
        self.callback_count = 0

    # --- the whole

    def generate(self) -> Program:
        self.choose_themes()
        self.choose_shared()
        self.callback_count = self.random.between(1, 3) if "callbacks" in self.themes else 0
        bodies = self.random.between(2, 4)
        prologue = self.prologue(bodies)
        self.program.bodies = [[] for _ in range(bodies)]
        for body in range(bodies):
            self.left = self.random.between(3, 10) if body == 0 else self.random.between(2, 7)
            block = self.block(Place(body))
            self.program.bodies[body] = prologue + block if body == 0 else block
        for number in range(self.callback_count):
            self.program.callbacks.append(self.callback(number))
        return self.program

    def choose_themes(self) -> None:
        weights = {theme: weight for theme, weight in THEMES.items()
                   if theme in self.features or theme not in EVERYTHING}
        for _ in range(self.random.between(2, 3)):
            theme = self.random.weighted(weights)
            weights[theme] = 0
            self.themes.append(theme)

    def choose_shared(self) -> None:
        random = self.random
        futures = random.between(1, 3) if "futures" in self.themes else random.below(2)
        if futures:
            self.program.shared.append(("futures", str(futures)))
        self.futures = list(range(futures))
        self.known = list(self.futures)
        self.slots = futures
        makers = {"locks": lambda: ("lock",),
                  "semaphores": lambda: ("semaphore", str(random.below(3)))
                  + (("bounded",) if random.chance(50) else ()),
                  "events": lambda: ("event",),
                  "conditions": lambda: ("condition",),
                  "queues": lambda: ("queue", random.weighted(
                      {"fifo": 4, "lifo": 1, "priority": 1}), str(random.below(3))),
                  "barriers": lambda: ("barrier", str(random.between(1, 3)))}
        for theme in self.themes:
            if theme in makers:
                self.counts[theme] = 2 if random.chance(25) else 1
                for _ in range(self.counts[theme]):
                    self.program.shared.append(makers[theme]())

    def prologue(self, bodies: int) -> Statements:
        """The main task begins with the others, so that all can name them."""
        tasks = []
        for _ in range(self.random.between(1, 4)):
            slot, body = self.new_slot(), self.random.between(1, bodies - 1)
            self.runs[slot] = body
            tasks.append(statement("spawn", slot, body))
        self.early = len(self.known)
        if self.random.chance(60):
            tasks.append(statement("sleep", self.duration()))
        return tasks

    def callback(self, number: int) -> Statements:
        place = Place(1000 + number, within=frozenset({"callback"}))
        return [each for _ in range(self.random.between(1, 3)) for each in self.act(place)]

    # --- blocks

    def block(self, place: Place) -> Statements:
        block: Statements = []
        least = 1
        while self.left > 0 or len(block) < least:
            if place.depth and len(block) >= self.random.between(1, 4):
                break
            self.left -= 1
            block += self.some(place)
        return block

    def some(self, place: Place) -> Statements:
        """One statement, or several that belong together."""
        random = self.random
        kind = random.weighted({"theme": 46, "wait": 26, "act": 16, "block": 12})
        if kind == "block" and place.depth < 4:
            return self.some_block(place)
        if kind == "act":
            return self.race(place) if random.chance(40) else self.act(place)
        if kind == "wait":
            return self.guarded(self.plain_wait(place), place)
        waits = [wait for theme in self.themes for wait in self.theme_waits(theme, place)]
        if not waits or random.chance(25):
            return self.act(place)
        return self.guarded(random.choice(waits)(), place)

    def some_block(self, place: Place) -> Statements:
        makers: dict[Callable[[Place], Statements], int] = {self.try_block: 6, self.repeat: 2}
        if "timeouts" in self.themes:
            makers[self.timeout] = 8
        if "group" in self.themes:
            makers[self.group] = 8
        return self.random.weighted(makers)(place)

    def guarded(self, statements: Statements, place: Place) -> Statements:
        """Often in a `try`: an error would end the body, and with it what it could show."""
        percent = 60 if place.body == 0 else 25
        if "try" in place.within:
            percent //= 2
        if not self.random.chance(percent):
            return statements
        return [self.tried(statements, place)]

    def tried(self, statements: Statements, place: Place) -> Statement:
        guard = statement("try")
        guard.block = statements
        random = self.random
        for kind in random.sample(["cancelled", "timeout", "error", "all", "all", "all"],
                                  2 if random.chance(20) else 1):
            guard.clauses.append(self.clause(place, "catch", kind))
        if random.chance(15):
            guard.clauses.append(self.clause(place, "finally"))
        return guard

    def clause(self, place: Place, *words: str) -> Statement:
        clause = statement(*words)
        inside = place.inside(words[0])
        random = self.random
        if random.chance(45):
            clause.block = self.plain_wait(inside) if random.chance(60) else self.act(inside)
        if words[0] == "catch" and random.chance(25):
            clause.block.append(statement("reraise"))
        return clause

    def try_block(self, place: Place) -> Statements:
        return [self.tried(self.block(place.inside("try")), place)]

    def repeat(self, place: Place) -> Statements:
        if "repeat" in place.within:
            return self.plain_wait(place)
        repeat = statement("repeat", 2)
        repeat.block = self.block(place.inside("repeat"))
        return [repeat]

    def timeout(self, place: Place) -> Statements:
        timeout = statement("timeout", self.limit())
        timeout.block = self.block(place.inside("timeout"))
        return self.guarded([timeout], place)

    def group(self, place: Place) -> Statements:
        group = statement("group")
        inside = place.inside("group")
        for _ in range(self.random.between(0, 2)):
            group.block += self.spawn_in(inside)
        group.block += self.block(inside)
        return self.guarded([group], place)

    # --- operands

    def new_slot(self) -> int:
        self.slots += 1
        self.known.append(self.slots - 1)
        return self.slots - 1

    def slot(self, place: Place) -> int:
        """Mostly one that is filled when the others begin; not one's own."""
        others = [slot for slot in self.known[:self.early] if self.runs.get(slot) != place.body]
        return self.random.choice(others if others and self.random.chance(70) else self.known)

    def some_slots(self) -> list[int]:
        return self.random.sample(self.known, self.random.between(1, 3))

    def duration(self) -> int:
        random = self.random
        kind = random.weighted({"none": 40, "short": 42, "long": 16, "negative": 2})
        return {"none": 0, "short": random.between(1, 4), "long": random.between(5, 12),
                "negative": -1}[kind]

    def limit(self) -> str:
        """Of a wait: `-` is none."""
        random = self.random
        kind = random.weighted({"none": 8, "now": 10, "negative": 2, "short": 60, "long": 20})
        return str({"none": "-", "now": 0, "negative": -1, "short": random.between(1, 4),
                    "long": random.between(5, 12)}[kind])

    def number(self) -> int:
        return self.random.below(10)

    def message(self) -> list[str]:
        return ["m" + str(self.number())] if self.random.chance(30) else []

    def body(self, place: Place) -> Optional[int]:
        """Bodies start only those behind them, so there is an end to it."""
        last = len(self.program.bodies) - 1
        first = place.body + 1 if place.body < 1000 else max(last, 1)
        return self.random.between(first, last) if first <= last else None

    def shared(self, theme: str) -> int:
        return self.random.below(self.counts[theme])

    def whom(self, place: Place) -> str:
        me = "callback" not in place.within and self.random.chance(25)
        return "me" if me or not self.known else str(self.slot(place))

    # --- what waits

    def plain_wait(self, place: Place) -> Statements:
        random = self.random
        makers: dict[str, int] = {"sleep": 10, "await": 5, "call": 3}
        kind = random.weighted(makers)
        body = self.body(place)
        if kind == "call" and body is not None:
            return [statement("call", body)]
        if kind == "await" and self.known:
            who = "me" if random.chance(3) else self.slot(place)
            return [statement("await", who)]
        return [statement("sleep", self.duration())]

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

    def items(self, place: Place, n: int) -> list[str]:
        """Slots and bodies, for gather and wait_for."""
        items: list[str] = []
        with_slots = self.known and "gather_done" in self.features
        rest = [slot for slot in self.known if self.runs.get(slot) != place.body]
        for _ in range(n):
            body = self.body(place)
            if with_slots and rest and (body is None or self.random.chance(50)):
                items.append(str(rest.pop(self.random.below(len(rest)))))
            elif body is not None:
                items.append("b" + str(body))
        return items

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
        return [lambda: self.shield(place), lambda: self.shield(place), lambda: self.shield_to(place)]

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
        waits = random.weighted({"wait": 4, "wait_for": 5, "change": 10, "unlocked": 1})
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

    # --- what doesn't wait

    def race(self, place: Place) -> Statements:
        """Several in one turn."""
        acts = [each for _ in range(self.random.between(1, 2)) for each in self.act(place)]
        if self.known:
            acts.insert(self.random.below(len(acts) + 1),
                        statement("cancel", self.slot(place), *self.message()))
        return acts

    def act(self, place: Place) -> Statements:
        statements = self.bare_act(place)
        if (any(each.words[0] in RISKY for each in statements)
                and "callback" not in place.within and self.random.chance(75)):
            guard = statement("try")
            guard.block = statements
            guard.clauses = [statement("catch", "error")]
            return [guard]
        return statements

    def bare_act(self, place: Place) -> Statements:
        random = self.random
        acts = [act for theme in self.themes for act in self.theme_acts(theme, place)]
        if acts and random.chance(60):
            return random.choice(acts)()
        kind = random.weighted({"cancel": 10, "look": 4, "raise": 4, "spawn": 4, "return": 2,
                                "cancelling": 2, "uncancel": 3, "note": 1,
                                "result": 1})
        return getattr(self, "act_" + kind)(place)

    def act_cancel(self, place: Place) -> Statements:
        return [statement("cancel", self.whom(place), *self.message())]

    def act_look(self, place: Place) -> Statements:
        return [statement("look", self.whom(place))]

    def act_raise(self, place: Place) -> Statements:
        kind = self.random.weighted({"raise": 7, "raise_cancelled": 2, "raise_timeout": 1})
        operands = {"raise": [self.number()], "raise_cancelled": self.message(),
                    "raise_timeout": []}[kind]
        return [statement(kind, *operands)]

    def act_spawn(self, place: Place) -> Statements:
        body = self.body(place)
        return [statement("spawn", self.new_slot(), body)] if body is not None else []

    def act_return(self, place: Place) -> Statements:
        return [statement("return", self.number())]

    def act_cancelling(self, place: Place) -> Statements:
        return [statement("cancelling", self.whom(place))]

    def act_uncancel(self, place: Place) -> Statements:
        if "uncancel" not in self.features:
            return self.act_cancelling(place)
        return [statement("uncancel", self.whom(place))]

    def act_note(self, place: Place) -> Statements:
        return [statement("note", self.number())]

    def act_result(self, place: Place) -> Statements:
        return [statement(self.random.choice(["result", "exception"]), self.whom(place))]

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

    def new_handle(self) -> int:
        self.handles += 1
        return self.handles - 1

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
        return [add, add, lambda: [self.notify(number)]]

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


def generate(seed: int, features: frozenset[str] = EVERYTHING) -> Program:
    return Generator(seed, features).generate()
