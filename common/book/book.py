#!/usr/bin/env python3
"""Keeps the texts true: checks, and rewrites, what the pages quote.

    book.py check [KIND...] [PAGE...]     all checks, of all pages, if none is named
    book.py update [KIND...] [PAGE...]    rewrites snippets, tables, figures and plots
    book.py update --transcripts [PAGE...]    and the output of the shell sessions
    book.py plot [FIGURES.py...]          draws the plots again (needs matplotlib)

KIND is snippets, transcripts, figures or links. README.md beside this file
shows the marks that stand in the pages. Exit code: 0 all is well, 1 a check
failed, 2 wrong usage.
"""
from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from typing import Sequence

sys.dont_write_bytecode = True  # no __pycache__ in the chapters' folders

import figures
import links
import network
import snippets
import transcripts
from pages import Page, Problem, find_pages

KINDS = ("snippets", "transcripts", "figures", "links")
ROOT = Path(__file__).resolve().parents[2]


class Report:
    """Prints problems as they are found, and counts what was looked at."""

    def __init__(self) -> None:
        self.problems = 0
        self.counts: dict[str, int] = {}

    def add(self, problems: Sequence[Problem]) -> None:
        for problem in problems:
            print(problem, flush=True)
        self.problems += len(problems)

    def count(self, what: str, number: int) -> None:
        self.counts[what] = self.counts.get(what, 0) + number

    def conclude(self) -> int:
        """The last line, and the exit code."""
        looked_at = ", ".join(plural(number, what) for what, number in self.counts.items())
        verdict = plural(self.problems, "problem") if self.problems else "all as it should be"
        print(f"{looked_at}: {verdict}")
        return 1 if self.problems else 0


def plural(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def main(arguments: Sequence[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that terminals are ended
    parser = make_parser()
    options = parser.parse_args(arguments)
    try:
        return options.run(options, parser)
    except KeyboardInterrupt:
        return 130


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=ROOT, help="the project (default: this one)")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    check = commands.add_parser("check", help="compare the pages with their sources")
    check.set_defaults(run=run_check)
    update = commands.add_parser("update", help="rewrite the pages from their sources")
    update.set_defaults(run=run_update)
    update.add_argument("--transcripts", action="store_true",
                        help="also put what the commands print into the pages")
    for command in (check, update):
        command.add_argument("what", nargs="*", metavar="KIND|PAGE",
                             help=f"{', '.join(KINDS)}, or a markdown file")
        command.add_argument("--build", default=transcripts.BUILD, metavar="DIR",
                             help="run this build's programs where a page says %(default)s")

    plot = commands.add_parser("plot", help="draw the plots again")
    plot.add_argument("what", nargs="*", metavar="FIGURES.py",
                      help="a measured/figures.py (default: all)")
    plot.set_defaults(run=run_plot)
    return parser


def run_check(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    kinds, pages = chosen(options, parser)
    report = Report()
    report.count("page", len(pages))
    for page in pages:
        report.add(page.problems)
        if "snippets" in kinds:
            check_snippets(page, report)
        if "figures" in kinds:
            check_figures(page, report)
        if "links" in kinds:
            report.add(list(links.problems(page)))
            report.count("link", sum(1 for _ in links.links(page)))
    if "figures" in kinds:
        report.add(figures.stale_plots(options.root, chapters_of(options, pages)))
    if "transcripts" in kinds:
        check_transcripts(pages, options.build, report)
    print_not_run(pages)
    return report.conclude()


def check_snippets(page: Page, report: Report) -> None:
    passages, problems = snippets.passages(page)
    report.add(problems)
    report.add(list(page.compare(passages)))
    report.add(list(snippets.fence_problems(page)))
    report.count("snippet", len(passages))


def check_figures(page: Page, report: Report) -> None:
    passages, problems = figures.passages(page)
    report.add(problems)
    report.add(list(page.compare(passages)))
    report.count("figure", len(passages))


def check_transcripts(pages: list[Page], build: str, report: Report) -> None:
    """Last, since it moves this process into a network of its own."""
    with network.private_ports() as private:
        for page in pages:
            problems = [] if private else transcripts.taken_ports(page)
            if not problems:
                _, problems, scenes = transcripts.play(page, build)
                report.count("scene", scenes)
            report.add(problems)


def print_not_run(pages: list[Page]) -> None:
    for page in pages:
        for fence in snippets.not_run(page):
            print(f"{page.name}:{fence.line}: not run: {fence.mark.value}")


def run_update(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    kinds, pages = chosen(options, parser)
    report = Report()
    if "figures" in kinds:
        report.add(figures.draw_stale_plots(options.root, chapters_of(options, pages)))
    for page in pages:
        report.add(page.problems)
        if not page.problems:  # a page that can't be read right isn't written
            update_page(page, kinds, report)
    if options.transcripts:
        update_transcripts([Page(page.path, page.root) for page in pages], options.build, report)
    return 1 if report.problems else 0


def update_page(page: Page, kinds: Sequence[str], report: Report) -> None:
    passages = []
    for kind, check in (("snippets", snippets), ("figures", figures)):
        if kind in kinds:
            found, problems = check.passages(page)
            passages += found
            report.add(problems)
    if page.rewrite(passages):
        print(f"{page.name}: rewritten")


def update_transcripts(pages: list[Page], build: str, report: Report) -> None:
    with network.private_ports():
        for page in pages:
            passages, problems, _ = transcripts.play(page, build, accept=True)
            report.add(problems)
            if page.rewrite(passages):
                print(f"{page.name}: output rewritten")


def run_plot(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    for name in options.what:
        if not Path(name).is_file():
            parser.error(f"no such file: {name}")
    pages = find_pages(options.root.resolve())
    files = [Path(name).resolve() for name in options.what] or figures.figure_files(
        sorted({page.parent for page in pages}))
    problems = [problem for file in files for problem in figures.draw(options.root, file)]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def chosen(options: argparse.Namespace, parser: argparse.ArgumentParser
           ) -> tuple[tuple[str, ...], list[Page]]:
    """Sorts the words into kinds and pages; none named means all."""
    root = options.root = options.root.resolve()
    kinds = tuple(word for word in options.what if word in KINDS)
    names = [word for word in options.what if word not in KINDS]
    for name in names:
        if not Path(name).is_file():
            parser.error(f"{name} is no page and none of {', '.join(KINDS)}")
    paths = [Path(name).resolve() for name in names] or find_pages(root)
    return kinds or KINDS, [Page(path, root) for path in paths]


def chapters_of(options: argparse.Namespace, pages: list[Page]) -> list[Path]:
    """The folders whose plots are looked at: those of the pages."""
    return sorted({page.path.parent for page in pages})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
