"""From a seed to a program: the same for every Python from 3.9 on, on every machine.

A program is about two or three subjects (THEMES), so that what it does meets itself
again. Times are short and often 0, and what ends a wait often stands beside a cancel:
the errors are where two things happen in one turn of the loop.
"""
from __future__ import annotations

from typing import Callable

from features import EVERYTHING
from operands import Place
from program import Program, Statement, statement
from themes import THEMES, Statements, Themes

# What often fails.
RISKY = {"lock.release", "semaphore.release", "condition.notify", "condition.notify_all",
         "queue.get_nowait", "queue.put_nowait", "queue.task_done", "set_result",
         "set_exception", "result", "exception"}


class Generator(Themes):
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

    # --- what waits, whatever the theme

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


def generate(seed: int, features: frozenset[str] = EVERYTHING) -> Program:
    return Generator(seed, features).generate()
