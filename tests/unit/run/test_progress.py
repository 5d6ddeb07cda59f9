from io import StringIO

from bmo.run.progress import Progress


class Clock:
    seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds

    def now(self):
        raise NotImplementedError


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_one_line_that_is_written_over() -> None:
    out, clock = Terminal(), Clock()
    progress = Progress(out, clock)

    for tenth in range(11):
        clock.seconds = float(tenth)
        progress.moved("toy", tenth * 10_000_000, 100_000_000)
    progress.say("Toy is here.")

    text = out.getvalue()
    assert text.count("\n") == 2
    assert "[###############...............]   50.0 of 100.0 MB   10.0 MB/s  toy" in text
    assert text.endswith("100.0 of 100.0 MB   10.0 MB/s  toy\nToy is here.\n")


def test_a_log_gets_a_line_every_few_seconds() -> None:
    out, clock = StringIO(), Clock()
    progress = Progress(out, clock)

    for second in range(13):
        clock.seconds = float(second)
        progress.moved("toy", second * 1_000_000, 100_000_000)

    assert out.getvalue().splitlines() == [
        "  5%     5.0 of 100.0 MB    1.0 MB/s  toy",
        " 10%    10.0 of 100.0 MB    1.0 MB/s  toy",
    ]


def test_what_was_here_before_is_not_counted_as_speed() -> None:
    out, clock = StringIO(), Clock()
    progress = Progress(out, clock)

    progress.moved("toy", 90_000_000, 100_000_000)
    clock.seconds = 5.0
    progress.moved("toy", 95_000_000, 100_000_000)

    assert "  1.0 MB/s" in out.getvalue()
