"""The settings that people may change while BMO runs: kept in `config.d/ui.yaml`, and followed at once."""

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bmo.core.errors import Refused
from bmo.settings.app import AppSettings
from bmo.settings.load import Loaded, load_app, write_ui
from bmo.wire.voices import ChangeableSetting, ChangeableSettings


@dataclass(frozen=True, slots=True)
class Follower:
    """Who follows a setting when it changes."""

    check: Callable[[Any], None]
    """Raises `Refused` with a sentence for a value that nobody could follow."""
    follow: Callable[[Any], None]


class UiSettings:
    """Changes settings. What is not in `followers` is only read when BMO starts, and is not changed here."""

    def __init__(
        self, settings: AppSettings, followers: Mapping[str, Follower], environ: Mapping[str, str] = os.environ
    ) -> None:
        """`followers` by dotted key."""
        self._environ = {**environ, "BMO_HOME": str(settings.home)}
        self._followers = dict(followers)
        self._lock = threading.Lock()

    def listed(self) -> ChangeableSettings:
        """Every one of them, as it is written down now."""
        return self._told(load_app(self._environ))

    def change(self, changes: Mapping[str, Any]) -> ChangeableSettings:
        """Keep and follow these: dotted keys and values; None goes back to what holds without the change.

        All or nothing. Raises `Refused`: a key that is not changed here or is set in config.yaml, a value of no use.
        """
        for key, value in changes.items():
            if key not in self._followers:
                known = ", ".join(self._followers)
                raise Refused(f"{key[:64]} cannot be changed while I run. What can: {known}.", code="not_changeable")
            if value is not None:
                self._followers[key].check(value)
        with self._lock:
            loaded = write_ui(changes, self._environ)
            for key in changes:
                self._followers[key].follow(_value(loaded.settings, key))
        return self._told(loaded)

    def _told(self, loaded: Loaded[AppSettings]) -> ChangeableSettings:
        fixed = loaded.read_only()
        return ChangeableSettings(
            settings=tuple(
                ChangeableSetting(
                    key=key,
                    value=_value(loaded.settings, key),
                    read_only=f"{key} is set in {fixed[key]}; change it there." if key in fixed else "",
                )
                for key in self._followers
            )
        )


def _value(settings: AppSettings, key: str) -> Any:
    value: Any = settings
    for part in key.split("."):
        value = getattr(value, part)
    return value
