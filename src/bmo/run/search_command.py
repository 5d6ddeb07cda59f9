"""`bmo search`: index documents and find passages in them, with no server running."""

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from bmo.ai_server.desks import embed
from bmo.ai_server.desks.search import EmbedAtDesk
from bmo.capabilities.embed import EmbedText, Texts, Vectors
from bmo.capabilities.search import DOMAINS, MOST_PASSAGES, Domain, IndexStats, Passage, Query
from bmo.core.errors import Broken, Refused
from bmo.engines.search.library import DocumentLibrary
from bmo.settings import load
from bmo.settings.ai_search import LibrarySearch
from bmo.settings.ai_server import AiServerSettings

F = TypeVar("F", bound=Callable[..., Any])
_SHOWN = 20
"""Problems printed one by one."""


def library(own: Path | None) -> DocumentLibrary:
    """The library of this machine, or the one below `own`; with embeddings where a model for them is set up."""
    settings = load.load_ai_server().settings
    return DocumentLibrary(own or settings.search_dir, embedder(settings))


def embedder(settings: AiServerSettings) -> EmbedText | None:
    """The embedding model of this machine, loaded when it is first asked; none where none is set up or wanted."""
    desk = embed.embed(settings)
    told = settings.search
    wanted = desk.state != "absent" and not (isinstance(told, LibrarySearch) and not told.embeddings)
    return _Lazily(desk) if wanted else None


class _Lazily(EmbedAtDesk):
    """Loads the model when it is first needed: an index without vectors never does."""

    def embed(self, texts: Texts) -> Vectors:
        self._desk.load()
        return super().embed(texts)


def _where(command: F) -> F:
    """The options that both commands share."""
    domain = click.option(
        "--domain", type=click.Choice(DOMAINS), required=True, help="Whose documents: each domain is apart."
    )
    own = click.option(
        "--index",
        "own",
        type=click.Path(file_okay=False, path_type=Path),
        help="Where indexes lie; default: data/search in BMO's folder, which the AI server reads too.",
    )
    return domain(own(command))


@click.group()
def search() -> None:
    """Index documents, and find passages in them."""


@search.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@_where
def index(folder: Path, domain: Domain, own: Path | None) -> None:
    """Index the Markdown, text, PDF and JSON Lines below FOLDER, in place of what was indexed for the domain.

    A JSON Lines file holds a document a line: {"id": "1", "title": "...", "text": "..."}. Whoever searches meanwhile
    finds what was there before.
    """
    _tell(library(own).index(domain, folder))


@search.command()
@click.argument("words", nargs=-1)
@_where
@click.option(
    "--batch", type=click.File("rb"), help='A file of lines {"id": "1", "query": "..."}; - for standard input.'
)
@click.option("--most", type=click.IntRange(1, MOST_PASSAGES), default=10, show_default=True, help="Passages at most.")
def query(words: tuple[str, ...], domain: Domain, own: Path | None, batch: Any, most: int) -> None:
    """Print the passages that fit WORDS best; with --batch, one line of JSON for each query."""
    if bool(words) == (batch is not None):
        raise click.UsageError("Give either words to look for or --batch FILE.")
    shelf = library(own)
    if batch is not None:
        _answer_lines(shelf, domain, batch, most)
        return
    found = shelf.search(Query(domain, " ".join(words), most)).passages
    if not found:
        click.echo("Nothing fits.")
    for one in found:
        click.secho(" > ".join((one.source, *one.heading)) + f"  ({one.score:.3f})", bold=True)
        click.echo(one.text + "\n")


def _answer_lines(shelf: DocumentLibrary, domain: Domain, lines: Iterable[bytes], most: int) -> None:
    """A query that cannot be asked (too long) is answered with the reason; the others go on."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        name, text = _asked(number, line)
        answer: dict[str, Any] = {"id": name}
        try:
            answer["results"] = [_result(one) for one in shelf.search(Query(domain, text, most)).passages]
        except Refused as fault:
            answer |= {"results": [], "problem": fault.sentence}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")


def _asked(number: int, line: bytes) -> tuple[Any, str]:
    """The id and the text. Raises `Broken` for a line that is none."""
    try:
        asked = json.loads(line.decode("utf-8-sig", errors="replace"))
        name, text = asked["id"], asked["query"]
        if not isinstance(text, str):
            raise TypeError
    except (ValueError, KeyError, TypeError, RecursionError) as fault:
        raise Broken(
            f'Line {number} of the batch is not like {{"id": "1", "query": "..."}}.', code="bad_batch"
        ) from fault
    return name, text


def _result(one: Passage) -> dict[str, Any]:
    return {"source": one.source, "heading": list(one.heading), "score": one.score, "text": one.text}


def _tell(stats: IndexStats) -> None:
    for problem in stats.problems[:_SHOWN]:
        click.echo(problem, err=True)
    if len(stats.problems) > _SHOWN:
        click.echo(f"... and {len(stats.problems) - _SHOWN} more.", err=True)
    vectors = f", embedded by {stats.embeddings}" if stats.embeddings else ""
    click.echo(
        f"{stats.domain}: {stats.passages:,} passages of {stats.documents:,} documents in {stats.seconds:.1f} s"
        f" ({stats.bytes / 1e6:,.1f} MB{vectors}), generation {stats.generation}."
    )
