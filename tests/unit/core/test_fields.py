"""What is wrong with a field is said in words, for every kind of field that we have."""

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bmo.core.fields import sentence


class Everything(BaseModel):
    """One field of each kind."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(default="x", min_length=1, max_length=5)
    number: int = Field(default=1, ge=1, le=9)
    share: float = Field(default=0.5, gt=0, lt=1)
    switch: bool = True
    choice: Literal["a", "b"] = "a"
    several: tuple[int, ...] = Field(default=(1,), min_length=1, max_length=2)
    table: dict[str, int] = {}
    either: Annotated[str, Field(strict=True, max_length=5)] | Annotated[float, Field(strict=True)] = ""
    address: str = Field(default="http://a", pattern=r"^https?://")


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ("", "This is not valid JSON: look for a missing quote, comma or bracket, and send it as UTF-8."),
        ("[", "This is not valid JSON: look for a missing quote, comma or bracket, and send it as UTF-8."),
        ("[" * 100_000, "This is not valid JSON: look for a missing quote, comma or bracket, and send it as UTF-8."),
        ("5", "Send a JSON object, such as {}."),
        ('{"text": 5}', "text must be text."),
        ('{"text": ""}', "text is empty."),
        ('{"text": "123456"}', "text is too long: at most 5 characters."),
        ('{"number": "many"}', "number must be a whole number."),
        ('{"number": 1.5}', "number must be a whole number."),
        ('{"number": 0}', "number must be at least 1."),
        ('{"number": 10}', "number must be at most 9."),
        ('{"share": 0}', "share must be more than 0."),
        ('{"share": 1}', "share must be less than 1."),
        ('{"share": "x"}', "share must be a number."),
        ('{"switch": "maybe"}', "switch must be on or off."),
        ('{"choice": "c"}', "choice must be one of 'a' or 'b'."),
        ('{"several": 5}', "several must be a list."),
        ('{"several": []}', "several needs at least 1."),
        ('{"several": [1, 2, 3]}', "several holds too many: at most 2."),
        ('{"several": ["x"]}', "several.0 must be a whole number."),
        ('{"table": []}', "table must hold names and values."),
        ('{"either": true}', "either must be text."),
        ('{"address": "ftp://a"}', "address must begin with http:// or https://."),
        ('{"nonsense": 1}', "nonsense is not known here."),
    ],
)
def test_every_kind_of_wrong_field_gets_its_words(sent: str, told: str) -> None:
    with pytest.raises(ValidationError) as fault:
        Everything.model_validate_json(sent)

    assert sentence(fault.value) == told
