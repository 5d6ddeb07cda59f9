"""`bmo dnd find`: what the rules say, with no server running."""

import json
import sys

import click

from bmo.dnd.rules.terms import Edition
from bmo.settings import load

_SIGNS = 700
"""Of a text that is printed; the rest stands where the source says."""


@click.command(name="find")
@click.argument("words", nargs=-1, required=True)
@click.option("--edition", type=click.Choice([*Edition]), default=Edition.SRD_5_2, show_default=True)
@click.option("--most", type=click.IntRange(1, 50), default=3, show_default=True, help="Entries at most.")
@click.option("--by-words", is_flag=True, help="Without the embedding model, even where one is set up.")
@click.option("--json", "as_json", is_flag=True, help="Everything that was found, as JSON.")
def find(words: tuple[str, ...], edition: str, most: int, by_words: bool, as_json: bool) -> None:
    """Find what the rules say: bmo dnd find "I got knocked over, can I still attack?"

    Looks in what comes with BMO, in what `bmo dnd import-srd` took in, and in the Markdown, text and PDF files of
    documents/dnd in BMO's folder.
    """
    # Only this command needs them.
    from bmo.app.rules_search import RulesSearch
    from bmo.run.search_command import embedder

    embed = None if by_words else embedder(load.load_ai_server().settings)
    search = RulesSearch(load.home(), Edition(edition), embed)
    answer = search.answer(" ".join(words), most, master=True, told=_progress)
    if as_json:
        found = [
            {"source": one.entry.source, "heading": one.entry.heading, "score": one.score, "text": one.entry.whole}
            for one in answer.findings
        ]
        click.echo(json.dumps({"certainty": round(answer.certainty, 3), "found": found}, ensure_ascii=False))
        return
    if not answer.findings:
        click.echo(answer.sentence)
    for one in answer.findings:
        click.secho(one.place, bold=True)
        text = one.entry.whole
        click.echo((text if len(text) <= _SIGNS else text[:_SIGNS].rsplit(" ", 1)[0] + " ...") + "\n")


def _progress(done: int, of: int) -> None:
    """One line that is written over, for people only."""
    if sys.stderr.isatty():
        click.echo(f"\rreading the rules: {done:,} of {of:,} texts", nl=done == of, err=True)
