"""What happens in a turn, as the page reads it."""

from typing import TypeAlias

from bmo.capabilities import turn as events
from bmo.wire import page

Line: TypeAlias = (
    page.StateLine
    | page.TranscriptLine
    | page.SpeakerLine
    | page.ReplyLine
    | page.TagLine
    | page.RollLine
    | page.ActionLine
    | page.StepLine
    | page.ProviderLine
    | page.AudioLine
    | page.FailingLine
    | page.TimingLine
    | page.EndLine
)


def line(event: events.TurnEvent, turn: str) -> Line:
    """The wire line of this event; `turn` names the turn it belongs to."""
    match event:
        case events.Showing():
            return page.StateLine(state=event.state, turn=turn)
        case events.Heard():
            return page.TranscriptLine(turn=turn, text=event.text, final=event.final)
        case events.Recognised():
            return page.SpeakerLine(turn=turn, person=event.person, likeness=event.likeness)
        case events.Reply():
            return page.ReplyLine(turn=turn, text=event.text)
        case events.Tagged():
            return page.TagLine(turn=turn, tag=event.tag, kind=event.kind, refused=event.refused, clause=event.clause)
        case events.Rolled():
            return page.RollLine(turn=turn, dice=event.dice, rolls=event.rolls, total=event.total)
        case events.Acted():
            return _action(event, turn)
        case events.Stepped():
            return _step(event, turn)
        case events.Served():
            return page.ProviderLine(turn=turn, stage=event.stage, provider=event.provider, reason=event.reason)
        case events.Sound():
            return _audio(event, turn)
        case events.Failing():
            return page.FailingLine(turn=turn, code=event.code, sentence=event.sentence)
        case events.Timed():
            return page.TimingLine(turn=turn, stages=dict(event.stages))
        case events.Ended():
            return page.EndLine(turn=turn, outcome=event.outcome, code=event.code, sentence=event.sentence)


def _action(event: events.Acted, turn: str) -> page.ActionLine:
    result = {**event.result, "ok": event.ok}
    return page.ActionLine(turn=turn, tool=event.tool, arguments=dict(event.arguments), result=result)


def _step(event: events.Stepped, turn: str) -> page.StepLine:
    return page.StepLine(
        turn=turn, number=event.number, of=event.of, words=event.words, state=event.state, sentence=event.sentence
    )


def _audio(event: events.Sound, turn: str) -> page.AudioLine:
    return page.AudioLine(
        turn=turn,
        clause=event.clause,
        rate=event.rate,
        pcm=event.samples,
        restart=event.restart,
        last=event.last,
    )
