"""Read the settings once: defaults < config.yaml < config.d/ui.yaml < environment < command line.

A fault in a file never locks anybody out: the program starts in safe mode, on defaults and environment, and says
why. A fault in the environment or on the command line is an error at once: whoever just typed it is there to see it.
"""

import difflib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, SecretStr

from bmo.core.errors import Broken, Refused
from bmo.settings.app import AppSettings
from bmo.settings.faults import unknown, validated
from bmo.settings.layers import InvalidSetting, KeyPath, Layered, dotted, leaves, path_of, read_yaml, write_yaml
from bmo.settings.profiles import of_profile

if TYPE_CHECKING:
    from bmo.settings.ai_server import AiServerSettings

M = TypeVar("M", bound=BaseModel)

FILE = "config.yaml"
UI_FILE = "config.d/ui.yaml"
COMMAND_LINE = "command line"
DEFAULT = "default"
ENVIRONMENT = "environment: "

AI_SERVER = "ai_server"
SECTIONS = frozenset(AppSettings.model_fields) - {"home"} | {AI_SERVER}
SHORT: Mapping[str, KeyPath] = {"BMO_WAKE": ("voice", "wake"), "AI_SERVER_KEY": (AI_SERVER, "key")}
"""Settings with a variable of their own."""
ALONE = (*SHORT, "BMO_HOME", "BMO_EMBEDDED_LLM", "BMO_DEBUG")
"""Every variable of ours that is not the path of a setting."""
ON = ("on", "yes", "true", "1")
OFF = ("off", "no", "false", "0")


@dataclass(frozen=True, slots=True)
class Loaded(Generic[M]):
    """Settings, and how they came to be."""

    settings: M
    origins: Mapping[str, str]
    """Where each value came from, by dotted key; `default` for what nobody set."""
    notices: tuple[str, ...] = ()
    """Sentences for the person: what was wrong with a file."""
    safe_mode: bool = False
    """True when the files were left out because one of them is broken."""

    def listed(self) -> Iterator[tuple[str, str, str]]:
        """Every key with its value and its place, secrets hidden."""
        for path, value in _flat(self.settings.model_dump()):
            yield dotted(path), _shown(value), self.origins[dotted(path)]

    def read_only(self) -> dict[str, str]:
        """The keys that the UI may not change, each with the place where a person set it."""
        return {key: place for key, place in self.origins.items() if place not in (DEFAULT, UI_FILE)}


def home(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the state lives."""
    return Path(environ.get("BMO_HOME") or "~/bmo").expanduser().absolute()


def load_app(
    environ: Mapping[str, str] = os.environ, command_line: Mapping[str, Any] | None = None
) -> Loaded[AppSettings]:
    """The app's settings. `command_line` maps dotted keys to values. Raises `Broken` for a fault outside the files."""
    return _load(AppSettings, None, environ, command_line or {})


def load_ai_server(
    environ: Mapping[str, str] = os.environ, command_line: Mapping[str, Any] | None = None
) -> "Loaded[AiServerSettings]":
    """The AI server's: section `ai_server` of the same places; keys of `command_line` lack the section's name."""
    from bmo.settings.ai_server import AiServerSettings

    inside = {f"{AI_SERVER}.{key}": value for key, value in (command_line or {}).items()}
    return _load(AiServerSettings, AI_SERVER, environ, inside)


def write_ui(changes: Mapping[str, Any], environ: Mapping[str, str] = os.environ) -> Loaded[AppSettings]:
    """Keep what somebody changed in the UI: dotted keys and values; None takes a change back.

    Raises `Refused` for a key that is set elsewhere or makes no sense, `Broken` when the file cannot be written.
    """
    _refuse_read_only(changes, environ)
    path = home(environ) / UI_FILE
    kept = {dotted(known): value for known, value in leaves(read_yaml(path))} | dict(changes)
    wanted = Layered()
    for key, value in kept.items():
        if value is not None:
            wanted.set(tuple(key.split(".")), value, UI_FILE)
    everything = Layered()
    everything.lay(_read(home(environ), FILE), FILE)
    everything.lay(wanted.values, UI_FILE)
    try:
        _check_sections(wanted.values, UI_FILE)
        _build(AppSettings, None, everything, environ)
    except Broken as fault:
        raise Refused(fault.sentence) from fault
    write_yaml(path, wanted.values)
    return load_app(environ)


def _refuse_read_only(changes: Mapping[str, Any], environ: Mapping[str, str]) -> None:
    set_elsewhere = Layered()
    set_elsewhere.lay(_read(home(environ), FILE), FILE)
    _lay_outside(set_elsewhere, environ, {}, indexed=True)
    for key in changes:
        path: KeyPath = tuple(key.split("."))
        place = set_elsewhere.origin(path) or set_elsewhere.origin_below(path)
        if place is not None:
            raise Refused(f"{key} is set in {place}; change it there.", code="read_only")


def _load(
    model: type[M], section: str | None, environ: Mapping[str, str], command_line: Mapping[str, Any]
) -> Loaded[M]:
    folder = home(environ)
    try:
        everything = Layered()
        for name in (FILE, UI_FILE):
            everything.lay(_read(folder, name), name)
        both = set(_places(folder, FILE)) & set(_places(folder, UI_FILE))
        _lay_outside(everything, environ, command_line, indexed=True)
        settings = _build(model, section, everything, environ)
    except InvalidSetting as fault:
        if fault.place not in (FILE, UI_FILE):
            raise
        return _safe_mode(model, section, environ, command_line, fault)
    notices = tuple(f"{key} is set in {FILE} and in {UI_FILE}; the latter wins." for key in sorted(both))
    return _loaded(settings, section, everything, environ, notices)


def _safe_mode(
    model: type[M], section: str | None, environ: Mapping[str, str], command_line: Mapping[str, Any], why: Broken
) -> Loaded[M]:
    notice = f"Safe mode, without {FILE} and {UI_FILE}: {why.sentence}"
    outside = Layered()
    try:
        _lay_outside(outside, environ, command_line, indexed=True)
        settings = _build(model, section, outside, environ)
    except InvalidSetting:
        # A variable may complete a list entry of the file that is left out; without it there is nothing to complete.
        outside = Layered()
        _lay_outside(outside, environ, command_line, indexed=False)
        settings = _build(model, section, outside, environ)
    return _loaded(settings, section, outside, environ, (notice,), safe_mode=True)


def _read(folder: Path, name: str) -> dict[str, Any]:
    try:
        tree = read_yaml(folder / name)
    except Broken as fault:
        raise InvalidSetting(name, fault.sentence.removeprefix(f"{folder / name} ")) from fault
    _check_sections(tree, name)
    return {key: section for key, section in tree.items() if section is not None}


def _places(folder: Path, name: str) -> Iterator[str]:
    return (dotted(path) for path, _ in leaves(_read(folder, name)))


def _check_sections(tree: Mapping[str, Any], place: str) -> None:
    for key, section in tree.items():
        if key not in SECTIONS:
            raise InvalidSetting(place, unknown((str(key),), SECTIONS))
        if section is not None and not isinstance(section, dict):
            raise InvalidSetting(place, f"{key} is a section: put its keys below it.")


def _lay_outside(
    layered: Layered, environ: Mapping[str, str], command_line: Mapping[str, Any], *, indexed: bool
) -> None:
    """Environment, then command line, on top; `indexed` tells whether variables may reach into lists."""
    for variable, short in SHORT.items():
        if variable in environ:
            layered.set(short, environ[variable], ENVIRONMENT + variable)
    _check_short(environ)
    nested = [(path, name) for name in environ if (path := path_of(name)) is not None]
    for path, name in sorted(nested, key=lambda pair: [str(part).zfill(4) for part in pair[0]]):
        if path[0] not in SECTIONS:
            raise InvalidSetting(ENVIRONMENT + name, unknown(path[:1], SECTIONS))
        if indexed or not any(isinstance(part, int) for part in path):
            layered.set(path, environ[name], ENVIRONMENT + name)
    for key, value in command_line.items():
        layered.set(tuple(key.split(".")), value, COMMAND_LINE)
    _share_key(layered, environ)


def _check_short(environ: Mapping[str, str]) -> None:
    """A name of its own that is nearly right would be ignored without a word."""
    for variable in environ:
        near = difflib.get_close_matches(variable, ALONE, n=1, cutoff=0.85)
        if near and variable not in ALONE:
            raise InvalidSetting(ENVIRONMENT + variable, f"unknown variable; did you mean {near[0]}?")
    if (said := environ.get("BMO_EMBEDDED_LLM", "on").strip().lower()) not in (*ON, *OFF):
        raise InvalidSetting(f"{ENVIRONMENT}BMO_EMBEDDED_LLM", f"must be on or off, not {said[:20]!r}.")


def _share_key(layered: Layered, environ: Mapping[str, str]) -> None:
    """`AI_SERVER_KEY` opens every AI server that has no key of its own."""
    section = layered.values.get("ai")
    servers = section.get("servers") if isinstance(section, dict) else None
    if "AI_SERVER_KEY" in environ and isinstance(servers, list):
        for index, server in enumerate(servers):
            if isinstance(server, dict) and not server.get("key"):
                path: KeyPath = ("ai", "servers", index, "key")
                layered.set(path, environ["AI_SERVER_KEY"], ENVIRONMENT + "AI_SERVER_KEY")


def _build(model: type[M], section: str | None, layered: Layered, environ: Mapping[str, str]) -> M:
    if section is None:
        tree = {key: value for key, value in layered.values.items() if key != AI_SERVER}
    else:
        inside = layered.values.get(section)
        tree = dict(inside) if isinstance(inside, dict) else {}
    if "home" in model.model_fields:
        tree["home"] = home(environ)
    return validated(model, tree, layered, () if section is None else (section,))


def _loaded(
    settings: M,
    section: str | None,
    layered: Layered,
    environ: Mapping[str, str],
    notices: tuple[str, ...],
    *,
    safe_mode: bool = False,
) -> Loaded[M]:
    above: KeyPath = () if section is None else (section,)
    origins = {
        dotted(path): layered.origin((*above, *path)) or _unset(settings, dotted(path), value)
        for path, value in _flat(settings.model_dump())
    }
    if "home" in origins:
        origins["home"] = ENVIRONMENT + "BMO_HOME" if "BMO_HOME" in environ else DEFAULT
    return Loaded(settings, origins, notices, safe_mode)


def _unset(settings: BaseModel, key: str, value: object) -> str:
    """The place of a value that nobody set."""
    profile = getattr(settings, "profile", "")
    return f"profile {profile}" if of_profile(profile, key, value) else DEFAULT


def _flat(tree: Any, above: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    """Every leaf, through mappings and lists; an empty one is a leaf."""
    pairs = tree.items() if isinstance(tree, Mapping) else enumerate(tree) if isinstance(tree, list | tuple) else ()
    found = False
    for key, value in pairs:
        found = True
        yield from _flat(value, (*above, key))
    if not found:
        yield above, tree


def _shown(value: Any) -> str:
    if isinstance(value, SecretStr):
        return "(hidden)" if value.get_secret_value() else "(none)"
    return "(none)" if value in ((), [], "") else str(value)
