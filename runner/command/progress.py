"""What a person sees while notebooks run."""

import time
from typing import Any, TextIO

from runner.command.printed import held, outcome, say
from runner.results.run import Attempted
from runner.text import printable

HEARTBEAT = 60.0  # seconds between signs of life where there is no live display


class Progress:
    """One live line a running notebook on a terminal, plain lines elsewhere, nothing when quiet."""

    def __init__(self, count: int, stream: TextIO, quiet: bool) -> None:
        self.count, self.stream, self.quiet = count, stream, quiet
        self.live = stream.isatty() and not quiet
        self.finished = 0
        self.bars: dict[str, Any] = {}
        self.last_sign = time.monotonic()

    def observe(self, attempt: Attempted) -> None:
        """Called by the executor whenever something may have changed."""
        if self.quiet:
            return
        if attempt.status:
            self._finish(attempt)
        elif self.live:
            self._draw(attempt)
        elif time.monotonic() - self.last_sign > HEARTBEAT:
            self.last_sign = time.monotonic()
            say(
                f"         at work  {attempt.run.label}: cell {attempt.cell}, {attempt.seconds:.0f} s",
                self.stream,
            )

    def _draw(self, attempt: Attempted) -> None:
        from tqdm import tqdm

        bar = self.bars.get(attempt.tag)
        if bar is None:
            taken = {b.pos for b in self.bars.values()}
            slot = next(i for i in range(len(taken) + 1) if -i not in taken)
            bar = self.bars[attempt.tag] = tqdm(
                total=attempt.run.notebook.total,
                desc=printable(attempt.run.label),
                position=slot,
                leave=False,
                file=self.stream,
                bar_format="{desc} |{bar:20}| {n_fmt}/{total_fmt} cells, {elapsed}",
                dynamic_ncols=True,
            )
        bar.n = attempt.done
        bar.refresh()

    def _finish(self, attempt: Attempted) -> None:
        bar = self.bars.pop(attempt.tag, None)
        if bar is not None:
            bar.close()
        self.finished += 1
        record = {"status": attempt.status, "claims": attempt.claims}
        width = len(str(self.count))
        line = (
            f"[{self.finished:{width}}/{self.count}] {outcome(record):12} {attempt.seconds:7.1f} s  "
            f"{held(record):>8}  {attempt.run.label}"
        )
        if self.live:
            from tqdm import tqdm

            tqdm.write(printable(line), file=self.stream)
        else:
            say(line, self.stream)

    def close(self) -> None:
        for bar in self.bars.values():
            bar.close()
        self.bars.clear()
